#include "lib/report/message_events.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::report;

namespace {
const Wording plain;
}

TEST_CASE("a message's way through the queue", "[report]") {
    CHECK(MailSubmitted{"3F1A2B", 1000, "q u@b.example"}.line(plain) ==
          "3F1A2B: uid=1000 from=<\"q u\"@b.example>");
    CHECK(MessageIdentified{"3F1A2B", "<x@y>", false}.line(plain) == "3F1A2B: message-id=<x@y>");
    CHECK(MessageIdentified{"3F1A2B", "<x@y>", true}.line(plain) ==
          "3F1A2B: resent-message-id=<x@y>");
    CHECK(MessageActive{"3F1A2B", "", 2051, 1}.line(plain) ==
          "3F1A2B: from=<>, size=2051, nrcpt=1 (queue active)");
    CHECK(MessageRemoved{"3F1A2B"}.line(plain) == "3F1A2B: removed");
    CHECK(MessageCanceled{"3F1A2B"}.line(plain) == "3F1A2B: canceled");
}

TEST_CASE("a message that is too old goes back", "[report]") {
    CHECK(MessageExpired{"3F1A2B", "a@b.example", false}.line(plain) ==
          "3F1A2B: from=<a@b.example>, status=expired, returned to sender");
    CHECK(MessageExpired{"3F1A2B", "a@b.example", true}.line(plain) ==
          "3F1A2B: from=<a@b.example>, status=force-expired, returned to sender");
}

TEST_CASE("notifications name the old message and the new one", "[report]") {
    using N = NotificationSent;
    CHECK(N{"3F1A2B", N::To::sender, N::Kind::non_delivery, "4C2"}.line(plain) ==
          "3F1A2B: sender non-delivery notification: 4C2");
    CHECK(N{"3F1A2B", N::To::postmaster, N::Kind::delay, "4C2"}.line(plain) ==
          "3F1A2B: postmaster delay notification: 4C2");
    CHECK(N{"3F1A2B", N::To::sender, N::Kind::delivery_status, "4C2"}.line(plain) ==
          "3F1A2B: sender delivery status notification: 4C2");
    CHECK(NotificationFailed{"3F1A2B", N::To::sender, "a@b.example", "disk full"}.line(plain) ==
          "3F1A2B: sender notification failed to <a@b.example>: disk full");
    CHECK(NotificationFailed{"3F1A2B", N::To::sender, "a@b.example", ""}.line(plain).ends_with(
        "<a@b.example>"));
}

TEST_CASE("content that a check acts on is shown with its origin", "[report]") {
    ContentActedOn event{"3F1A2B", "reject", "header", "Subject: win!",
                         {"mail.example", "192.0.2.1"},
                         {"a@x.example", "c@y.example", "ESMTP", "mail.example", {}}, "no prizes"};
    CHECK(event.line(plain) ==
          "3F1A2B: reject: header Subject: win! from mail.example[192.0.2.1]; from=<a@x.example> "
          "to=<c@y.example> proto=ESMTP helo=<mail.example>: no prizes");
    event.client = {"local", ""};
    event.transaction = {"a@x.example", std::nullopt, "", "", {}};
    event.text = "";
    CHECK(event.line(plain) == "3F1A2B: reject: header Subject: win! from local; from=<a@x.example>");
}

TEST_CASE("postsuper tells each message and how many", "[report]") {
    using T = MessageTreated::Treatment;
    CHECK(MessageTreated{"3F1A2B", T::held}.line(plain) == "3F1A2B: placed on hold");
    CHECK(MessageTreated{"3F1A2B", T::released}.line(plain) == "3F1A2B: released from hold");
    CHECK(MessageTreated{"3F1A2B", T::requeued}.line(plain) == "3F1A2B: requeued");
    CHECK(MessageTreated{"3F1A2B", T::removed}.line(plain) == "3F1A2B: removed");
    CHECK(MessagesTreated{T::held, 2}.line(plain) == "Placed on hold: 2 messages");
    CHECK(MessagesTreated{T::removed, 1}.line(plain) == "Deleted: 1 message");
}
