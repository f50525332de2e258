#include "lib/tls/context.h"
#include "lib/tls/level.h"
#include "lib/tls/protocols.h"
#include "lib/tls/settings.h"
#include "tests/unit/tls/lab.h"

namespace postern::tls {

using test::TlsLab;

TEST_CASE("protocols are bounded from below and above", "[tls]") {
    const auto bounded = Protocols::parse(">=TLSv1.2, <=tlsv1.3");
    REQUIRE(bounded);
    CHECK(bounded->lowest == TLS1_2_VERSION);
    CHECK(bounded->highest == TLS1_3_VERSION);
    CHECK(Protocols::parse(">=0303")->lowest == TLS1_2_VERSION);
    CHECK(Protocols::parse("")->lowest == 0);
}

TEST_CASE("protocols are left out by name, or all but those that are named", "[tls]") {
    CHECK(Protocols::parse("!SSLv2, !SSLv3:!TLSv1")->excluded == (SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1));
    CHECK(Protocols::parse("TLSv1.2 TLSv1.3")->excluded ==
          (SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1));
}

TEST_CASE("a protocol that does not exist is an error that quotes the list", "[tls]") {
    CHECK(Protocols::parse("bogus").error().text == "Invalid TLS protocol list \"bogus\"");
    CHECK_FALSE(Protocols::parse(">=TLSv9"));
    CHECK_FALSE(Protocols::parse("!"));
}

TEST_CASE("a grade's ciphers come without what is excluded", "[tls]") {
    const CommonSettings common(TlsLab::config("tls_medium_cipherlist = HIGH:MEDIUM\n"));
    CHECK(*cipher_list(common, "medium", {"3DES", "aNULL"}) == "HIGH:MEDIUM:!3DES:!aNULL");
    CHECK(*cipher_list(common, "low", {}) == "HIGH:MEDIUM");
    CHECK(cipher_list(common, "bogus", {}).error().text == "invalid cipher grade: \"bogus\"");
}

TEST_CASE("mandatory TLS has protocols, ciphers and exclusions of its own", "[tls]") {
    const auto config = TlsLab::config(
        "tls_high_cipherlist = HIGH\ntls_medium_cipherlist = MEDIUM\nsmtpd_tls_mandatory_ciphers = high\n"
        "smtpd_tls_mandatory_protocols = >=TLSv1.3\nsmtpd_tls_exclude_ciphers = RC4\n"
        "smtpd_tls_mandatory_exclude_ciphers = aNULL\n");
    const CommonSettings common(config);
    const SideSettings side(config, "smtpd_tls_");
    CHECK(choice(common, side, true)->ciphers == "HIGH:!RC4:!aNULL");
    CHECK(choice(common, side, true)->protocols.lowest == TLS1_3_VERSION);
    CHECK(choice(common, side, false)->ciphers == "MEDIUM:!RC4");
}

TEST_CASE("a cache that is shorter than two minutes lasts two minutes; none is none", "[tls]") {
    const auto lasting = [](const char* time) {
        return SideSettings(TlsLab::config(std::string("smtpd_tls_session_cache_timeout = ") + time + "\n"),
                            "smtpd_tls_").session_cache_timeout;
    };
    CHECK(lasting("10s") == seconds(120));
    CHECK(lasting("1h") == seconds(3600));
    CHECK(lasting("0") == seconds(0));
}

TEST_CASE("OpenSSL's options and workarounds are named as in main.cf", "[tls]") {
    CHECK(*parse_options("NO_TICKET, 0x1") == (SSL_OP_NO_TICKET | 1));
    CHECK(parse_options("NO_TICKETS").error().text == "tls_ssl_options: unknown word \"NO_TICKETS\"");
    CHECK((*workarounds_without("TLSEXT_PADDING") & SSL_OP_TLSEXT_PADDING) == 0);
    CHECK_FALSE(workarounds_without("0xzz"));
}

TEST_CASE("levels are known by name", "[tls]") {
    CHECK(level_named("Dane-Only") == Level::dane_only);
    CHECK_FALSE(level_named("must"));
    CHECK(must_encrypt(Level::encrypt));
    CHECK_FALSE(must_encrypt(Level::may));
    CHECK(must_match(Level::fingerprint));
    CHECK_FALSE(must_match(Level::encrypt));
}

TEST_CASE("a parameter that main.cf does not set with one prefix counts with the other", "[tls]") {
    const auto config = TlsLab::config(
        "smtpd_tls_ciphers = medium\ntlsproxy_tls_ciphers = high\npostscreen_tls_protocols = >=TLSv1.3\n"
        "tlsproxy_tls_protocols = >=TLSv1\ntlsproxy_tls_req_ccert = yes\n");
    const ServerSideSettings side(config, "postscreen_tls_", "tlsproxy_tls_");
    CHECK(side.ciphers == "high");
    CHECK(side.protocols == ">=TLSv1.3");
    CHECK(side.requires_certificate);
    CHECK(side.asks_certificate);
    CHECK(ServerSideSettings(config, "postscreen_tls_").ciphers == "medium");
}

TEST_CASE("the level of a server is named, or follows from what older files say", "[tls]") {
    const auto level = [](const std::string& main_cf) { return server_level(TlsLab::config(main_cf), "smtpd_"); };
    CHECK(*level("") == Level::none);
    CHECK(*level("smtpd_use_tls = yes\n") == Level::may);
    CHECK(*level("smtpd_enforce_tls = yes\n") == Level::encrypt);
    CHECK(*level("smtpd_enforce_tls = yes\nsmtpd_tls_security_level = may\n") == Level::may);
    CHECK(*level("smtpd_tls_security_level = secure\n") == Level::encrypt);
    CHECK_FALSE(level("smtpd_tls_security_level = much\n"));
}

}  // namespace postern::tls
