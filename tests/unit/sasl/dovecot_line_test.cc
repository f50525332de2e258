// Lines of Dovecot's protocol.
#include "lib/sasl/dovecot_line.h"

#include <catch2/catch.hpp>

namespace postern::sasl {

TEST_CASE("words between tabs are unescaped", "[sasl]") {
    CHECK(dovecot_words("OK\t1\tuser=a\001tb") == std::vector<std::string>{"OK", "1", "user=a\tb"});
    CHECK(dovecot_words("") == std::vector<std::string>{""});
    CHECK(dovecot_words("A\t") == std::vector<std::string>{"A", ""});
}

TEST_CASE("a mechanism comes with what is known of it", "[sasl]") {
    const auto mechanism = DovecotMechanism::parse({"MECH", "plain", "plaintext", "private", "new-word"});
    REQUIRE(mechanism);
    CHECK(mechanism->name == "PLAIN");
    CHECK(mechanism->properties == (plaintext | hidden));
    CHECK_FALSE(DovecotMechanism::parse({"MECH"}));
    CHECK_FALSE(DovecotMechanism::parse({"MECH", "A B"}));
}

TEST_CASE("answers: challenge, success, failure, not to be told", "[sasl]") {
    const auto challenge = DovecotAnswer::parse({"CONT", "7", "aGk="});
    REQUIRE(challenge);
    CHECK(challenge->id == 7);
    CHECK(challenge->step.kind == Step::Kind::challenge);
    CHECK(challenge->step.text == "hi");
    const auto ok = DovecotAnswer::parse({"OK", "8", "user=alice"});
    REQUIRE(ok);
    CHECK(ok->step.kind == Step::Kind::success);
    CHECK(ok->username == "alice");
    const auto failed = DovecotAnswer::parse({"FAIL", "9", "user=alice", "reason=no"});
    REQUIRE(failed);
    CHECK(failed->step.kind == Step::Kind::failure);
    CHECK(failed->step.text == "no");
    CHECK(DovecotAnswer::parse({"FAIL", "9", "temp"})->step.kind == Step::Kind::unavailable);
    CHECK(DovecotAnswer::parse({"FAIL", "9", "code=temp_fail"})->step.kind == Step::Kind::unavailable);
}

TEST_CASE("a malformed answer is none", "[sasl]") {
    CHECK_FALSE(DovecotAnswer::parse({"OK"}));
    CHECK_FALSE(DovecotAnswer::parse({"OK", "x", "user=a"}));
    CHECK_FALSE(DovecotAnswer::parse({"OK", "99999999999", "user=a"}));
    CHECK_FALSE(DovecotAnswer::parse({"OK", "1"}));           // success of nobody
    CHECK_FALSE(DovecotAnswer::parse({"CONT", "1", "!!"}));
    CHECK_FALSE(DovecotAnswer::parse({"WHAT", "1"}));
}

TEST_CASE("a request ends with the response, and says who asks", "[sasl]") {
    Peer peer;
    peer.client_address = "192.0.2.1";
    peer.client_port = 4000;
    peer.is_encrypted = true;
    std::optional<Secret> initial(std::in_place, std::string("hi"));
    CHECK(dovecot_request(3, "PLAIN", "smtp", peer, initial) ==
          "AUTH\t3\tPLAIN\tservice=smtp\tnologin\trip=192.0.2.1\trport=4000\tsecured\tresp=aGk=\n");
}

TEST_CASE("the name of a certificate cannot become more than a name", "[sasl]") {
    Peer peer;
    peer.is_encrypted = true;
    peer.certificate_name = "a\tuser=b\nc";
    CHECK(dovecot_request(1, "EXTERNAL", "smtp", peer, std::nullopt) ==
          "AUTH\t1\tEXTERNAL\tservice=smtp\tnologin\tsecured\tvalid-client-cert\t"
          "cert_username=a\x01tuser=b\x01nc\n");
}

}  // namespace postern::sasl
