#include "lib/mail/made_headers.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::mail;

namespace {
const WallTime moment = from_unix(1795534201);  // 2026-11-24 15:30:01 UTC
}

TEST_CASE("Received says from whom, by whom, how and when", "[mail]") {
    Received received{.helo = "client.example",
                      .client_name = "unknown",
                      .client_address = "192.0.2.1",
                      .by = "mx.example",
                      .mail_name = "Postfix",
                      .protocol = "ESMTP",
                      .queue_id = "4ABC",
                      .recipient = "joe blow@example.com",
                      .time = moment};
    CHECK(received_field(received) ==
          "Received: from client.example (unknown [192.0.2.1])\n"
          "\tby mx.example (Postfix) with ESMTP id 4ABC\n"
          "\tfor <\"joe blow\"@example.com>; " +
              mail_date(moment));
    received.recipient.clear();
    received.client_address = "2001:db8::1";
    received.is_ipv6 = true;
    received.security = "(using TLSv1.3)";
    CHECK(received_field(received) ==
          "Received: from client.example (unknown [IPv6:2001:db8::1])\n"
          "\t(using TLSv1.3)\n"
          "\tby mx.example (Postfix) with ESMTP id 4ABC;\n\t" +
              mail_date(moment));
}

TEST_CASE("Received of local mail names the user", "[mail]") {
    const Received received{.by = "mx.example",
                            .mail_name = "Postfix",
                            .comment = "from userid 1000",
                            .queue_id = "4ABC",
                            .time = moment};
    CHECK(received_field(received) ==
          "Received: by mx.example (Postfix, from userid 1000)\n\tid 4ABC; " + mail_date(moment));
}

TEST_CASE("Message-Id has the time in UTC, the queue id and the host", "[mail]") {
    CHECK(message_id_field(moment, "4ABC", "mx.example") ==
          "Message-Id: <20261124153001.4ABC@mx.example>");
    CHECK(message_id_field(moment, "4ABC", "mx.example", true).starts_with("Resent-Message-Id: <"));
}

TEST_CASE("From has the full name in the wanted format", "[mail]") {
    const auto from = [](std::string_view name, FromFormat format) {
        return from_field("joe@example.com", name, format, "utf-8");
    };
    CHECK(from("Joe User", FromFormat::standard) == "From: Joe User <joe@example.com>");
    CHECK(from("Joe Q. User", FromFormat::standard) == "From: \"Joe Q. User\" <joe@example.com>");
    CHECK(from("Joe User", FromFormat::obsolete) == "From: joe@example.com (Joe User)");
    CHECK(from("", FromFormat::standard) == "From: joe@example.com");
    CHECK(from("J\xc3\xb6"
               "e",
               FromFormat::standard) == "From: =?utf-8?Q?J=C3=B6e?= <joe@example.com>");
    CHECK(from_field("", "Joe", FromFormat::standard, "utf-8") == "From: ");
}

TEST_CASE("the full name is the first part of GECOS, & is the login", "[mail]") {
    CHECK(full_name_of("& User,Room 1", "joe") == "Joe User");
    CHECK(full_name_of("", "joe").empty());
}

TEST_CASE("encoded words are short, and never split a character", "[mail]") {
    CHECK(encoded_words("\xc3\xa9 a", "utf-8") == "=?utf-8?Q?=C3=A9_a?=");
    std::string name;
    for (int i = 0; i < 60; ++i)
        name += "\xe2\x82\xac";
    const std::string words = encoded_words(name, "utf-8");
    std::size_t start = 0;
    for (std::size_t end; start < words.size(); start = end + 2) {
        end = std::min(words.find("\n\t", start), words.size());
        CHECK(end - start <= 75);
    }
}
