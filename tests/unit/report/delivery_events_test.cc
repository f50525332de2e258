#include "lib/report/delivery_events.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::report;

namespace {

std::string delay(double value, int limit = 2) {
    return delay_text(std::chrono::round<microseconds>(std::chrono::duration<double>(value)), limit);
}

}  // namespace

TEST_CASE("delays have at most two significant digits, and whole seconds from 100", "[report]") {
    CHECK(delay(0) == "0");
    CHECK(delay(0.009) == "0");
    CHECK(delay(0.01) == "0.01");
    CHECK(delay(0.034) == "0.03");
    CHECK(delay(0.1) == "0.1");
    CHECK(delay(0.352) == "0.35");
    CHECK(delay(1.04) == "1");
    CHECK(delay(1.25) == "1.2");
    CHECK(delay(9.9) == "9.9");
    CHECK(delay(12.4) == "12");
    CHECK(delay(99.4) == "99");
    CHECK(delay(100.4) == "100");
    CHECK(delay(86400) == "86400");
    CHECK(delay(-3) == "0");
}

TEST_CASE("delay_logging_resolution_limit bounds the digits after the point", "[report]") {
    CHECK(delay(0.0001234, 6) == "0.00012");
    CHECK(delay(0.05, 1) == "0");
    CHECK(delay(0.55, 0) == "0");
    CHECK(delay(1.6, 0) == "2");
}

TEST_CASE("a delivery line in the order that log readers know", "[report]") {
    DeliveryAttempted event;
    event.queue_id = "3F1A2B";
    event.recipient = "root@x.example";
    event.original_recipient = "root";
    event.relay = "local";
    event.delays = {milliseconds(40), milliseconds(50), microseconds(0), milliseconds(8)};
    event.status_code = {2, 0, 0};
    event.status = DeliveryStatus::sent;
    event.text = "delivered to mailbox";
    CHECK(event.line({}) ==
          "3F1A2B: to=<root@x.example>, orig_to=<root>, relay=local, delay=0.1, "
          "delays=0.04/0.05/0/0, dsn=2.0.0, status=sent (delivered to mailbox)");
    event.original_recipient = event.recipient;
    const Peer server{"mx.example", "192.0.2.25", 25};
    const std::string relay = host_and_port(server);
    event.relay = relay;
    event.connection_use = 3;
    event.tls = "may";
    CHECK(event.line({}) ==
          "3F1A2B: to=<root@x.example>, relay=mx.example[192.0.2.25]:25, conn_use=3, delay=0.1, "
          "delays=0.04/0.05/0/0, tls=may, dsn=2.0.0, status=sent (delivered to mailbox)");
}

TEST_CASE("statuses have their words, and count", "[report]") {
    CHECK(status_text(DeliveryStatus::soft_bounce) == "SOFTBOUNCE");
    CHECK(status_text(DeliveryStatus::undeliverable) == "undeliverable");
    Counters counters;
    for (auto status : {DeliveryStatus::sent, DeliveryStatus::soft_bounce, DeliveryStatus::deferred,
                        DeliveryStatus::bounced, DeliveryStatus::deliverable}) {
        DeliveryAttempted event;
        event.status = status;
        event.count(counters);
    }
    CHECK(counters.value(Counter::recipients_sent) == 1);
    CHECK(counters.value(Counter::recipients_deferred) == 2);
    CHECK(counters.value(Counter::recipients_bounced) == 1);
}
