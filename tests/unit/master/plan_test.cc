#include "master/plan.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::master;
using config::Config;
using config::MasterEntry;

namespace {

Config configured(std::string_view main_cf) {
    auto config = Config::from_text("myhostname = mx.example\n" + std::string(main_cf));
    REQUIRE(config);
    return *config;
}

MasterEntry entry(const std::string& line) {
    auto file = config::parse_master_cf(line, "master.cf");
    REQUIRE(file);
    REQUIRE(file->entries.size() == 1);
    return file->entries.front();
}

std::vector<std::string> places(const std::string& line, std::string_view main_cf) {
    const auto found = master::endpoints_of(entry(line), configured(main_cf));
    INFO((found ? "" : found.error().text));
    REQUIRE(found);
    std::vector<std::string> texts;
    for (const Endpoint& endpoint : *found) texts.push_back(endpoint.text);
    return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a port alone listens on inet_interfaces", "[master][endpoint]") {
    CHECK(places("10025 inet n - n - - smtpd", "inet_interfaces = 127.0.0.1, 127.0.0.2\n"
                                                "inet_protocols = ipv4\n") ==
          Texts{"127.0.0.1:10025", "127.0.0.2:10025"});
    CHECK(places("10025 inet n - n - - smtpd", "inet_protocols = ipv4\n") == Texts{"0.0.0.0:10025"});
    CHECK(places("10025 inet n - n - - smtpd",
                 "inet_interfaces = loopback-only\ninet_protocols = ipv4\n") ==
          Texts{"127.0.0.1:10025"});
}

TEST_CASE("a host in the first column goes before inet_interfaces", "[master][endpoint]") {
    CHECK(places("127.0.0.1:10026 inet n - n - - smtpd", "inet_interfaces = 127.0.0.9\n") ==
          Texts{"127.0.0.1:10026"});
    CHECK(places("[127.0.0.1]:10026 inet n - n - - smtpd", "") == Texts{"127.0.0.1:10026"});
}

TEST_CASE("known_tcp_ports goes before services(5)", "[master][endpoint]") {
    CHECK(places("127.0.0.1:ours inet n - n - - smtpd",
                 "known_tcp_ports = smtp=25, theirs=ours=10027\n") == Texts{"127.0.0.1:10027"});
}

TEST_CASE("a protocol that is not in use leaves its addresses out", "[master][endpoint]") {
    CHECK(places("10025 inet n - n - - smtpd",
                 "inet_interfaces = 127.0.0.1, ::1\ninet_protocols = ipv4\n") ==
          Texts{"127.0.0.1:10025"});
    const auto none = master::endpoints_of(
        entry("[::1]:10025 inet n - n - - smtpd"), configured("inet_protocols = ipv4\n"));
    REQUIRE_FALSE(none);
    CHECK(none.error().text == "master.cf, line 1: service [::1]:10025: no address to listen on: "
                               "see inet_interfaces and inet_protocols");
}

TEST_CASE("a socket of a file is in private/ or public/", "[master][endpoint]") {
    CHECK(places("rewrite unix - - n - - trivial-rewrite", "") == Texts{"private/rewrite"});
    CHECK(places("qmgr fifo n - n 300 1 qmgr", "") == Texts{"public/qmgr"});
    const auto long_name = master::endpoints_of(
        entry(std::string(120, 'x') + " unix - - n - - smtp"), configured(""));
    CHECK_FALSE(long_name);
}

TEST_CASE("the column maxproc and default_process_limit make the bounds", "[master][plan]") {
    const auto share = [](const std::string& column, std::string_view main_cf) {
        return bounds_of(entry("smtp unix - - n - " + column + " smtp"), configured(main_cf)).share;
    };
    CHECK(share("2", "") == 2);
    CHECK(share("0", "default_process_limit = 50\n") == service::no_limit);
    CHECK(share("-", "default_process_limit = 50\n") == 50);
    CHECK(share("-", "") == service::no_limit);
    CHECK(bounds_of(entry("smtp unix - - n - - smtp"), configured("")).processes == 100);
    CHECK(bounds_of(entry("smtp unix - - n - 0 smtp"), configured("")).processes > 100);
}

TEST_CASE("master_service_disable names types, services and exceptions", "[master][plan]") {
    const MasterEntry smtp = entry("smtp inet n - n - - smtpd");
    CHECK(master::is_disabled({"inet"}, smtp));
    CHECK(master::is_disabled({"smtp.inet"}, smtp));
    CHECK_FALSE(master::is_disabled({"smtp.unix", "unix"}, smtp));
    CHECK_FALSE(master::is_disabled({"!smtp.inet", "inet"}, smtp));
    CHECK_FALSE(master::is_disabled({}, smtp));
}
