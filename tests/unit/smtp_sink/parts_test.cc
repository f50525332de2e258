#include "tools/smtp_sink/behaviour.h"
#include "tools/smtp_sink/dump.h"

#include <catch2/catch.hpp>

#include <vector>

namespace postern::smtp_sink {

TEST_CASE("a list of commands changes each of them, in any case", "[smtp-sink]") {
    Behaviours behaviours;
    const auto hang_up = [](Behaviour& one) { one.answer = Behaviour::Answer::hang_up; };
    REQUIRE(behaviours.change("mail, Rcpt .", hang_up));
    CHECK(behaviours.of("RCPT").answer == Behaviour::Answer::hang_up);
    CHECK(behaviours.of(".").answer == Behaviour::Answer::hang_up);
    CHECK(behaviours.of("DATA").answer == Behaviour::Answer::normal);
    CHECK(behaviours.change("mial", hang_up).error().text == "unknown command: mial");
}

TEST_CASE("a delay may depend on dice", "[smtp-sink]") {
    Behaviours behaviours;
    REQUIRE(behaviours.add_delay("data:3"));
    REQUIRE(behaviours.add_delay("mail:2:50"));
    std::vector<int> throws = {10, 49, 50};
    const auto dice = [&throws] {
        const int value = throws.front();
        throws.erase(throws.begin());
        return value;
    };
    CHECK(wait_of(behaviours.of("DATA"), dice) == seconds(3));
    CHECK(throws.size() == 3);
    CHECK(wait_of(behaviours.of("MAIL"), dice) == seconds(6));
    CHECK_FALSE(behaviours.add_delay("mail"));
    CHECK_FALSE(behaviours.add_delay("mail:2:100"));
}

TEST_CASE("a dumped message begins with what is known of its client", "[smtp-sink]") {
    const Transaction transaction{.client_address = "192.0.2.1", .protocol = "ESMTP", .helo = "client",
                                  .has_helo = true, .mail = "<a@b> SIZE=1", .recipients = {"<c>", "<d>"},
                                  .host = "sink", .id = 0x1fa4f12a};
    const std::string text = dump_headers(transaction, from_unix(1000000000));
    CHECK(text == "X-Client-Addr: 192.0.2.1\nX-Client-Proto: ESMTP\nX-Helo-Args: client\n"
                  "X-Mail-Args: <a@b> SIZE=1\nX-Rcpt-Args: <c>\nX-Rcpt-Args: <d>\n"
                  "Received: from client ([192.0.2.1])\n\tby sink (smtp-sink) with ESMTP id 1fa4f12a;\n\t" +
                      mail_date(from_unix(1000000000)) + "\n");
}

}  // namespace postern::smtp_sink
