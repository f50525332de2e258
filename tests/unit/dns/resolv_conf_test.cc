#include "lib/dns/resolv_conf.h"

#include <catch2/catch.hpp>

namespace postern::dns::test {

TEST_CASE("resolv.conf: the last search line counts, options are bounded", "[dns]") {
    const auto conf = ResolvConf::parse("# search no.example\nnameserver 192.0.2.1\n"
                                        "domain one.example\nsearch two.example three.example\n"
                                        "options ndots:2 timeout:99 attempts:3 rotate what:ever\n");
    CHECK(conf.search == std::vector<std::string>{"two.example", "three.example"});
    CHECK(conf.ndots == 2);
    CHECK(conf.timeout == seconds(30));
    CHECK(conf.attempts == 3);
    CHECK(conf.rotate);
    CHECK_FALSE(conf.use_tcp);
}

TEST_CASE("names are completed only where smtp_dns_resolver_options says so", "[dns]") {
    using Names = std::vector<std::string>;
    ResolvConf conf;
    conf.search = {"a.example", "b.example"};
    CHECK(candidates("host", conf, {}) == Names{"host"});
    CHECK(candidates("host", conf, {.res_defnames = true}) == Names{"host.a.example", "host"});
    CHECK(candidates("host.x", conf, {.res_defnames = true}) == Names{"host.x"});
    CHECK(candidates("host.x", conf, {.res_dnsrch = true}) ==
          Names{"host.x", "host.x.a.example", "host.x.b.example"});
    CHECK(candidates("host.", conf, {true, true}) == Names{"host"});
}

}  // namespace postern::dns::test
