// The line of a delivery attempt; see the header.
#include "lib/report/delivery_events.h"

#include <fmt/format.h>

namespace postern::report {

namespace {

std::string delays_text(const Delays& delays, int limit) {
    return fmt::format("delay={}, delays={}/{}/{}/{}", delay_text(delays.total(), limit),
                       delay_text(delays.before_queue, limit), delay_text(delays.in_queue, limit),
                       delay_text(delays.connecting, limit), delay_text(delays.sending, limit));
}

}  // namespace

std::string_view status_text(DeliveryStatus status) noexcept {
    switch (status) {
    case DeliveryStatus::sent: return "sent";
    case DeliveryStatus::bounced: return "bounced";
    case DeliveryStatus::soft_bounce: return "SOFTBOUNCE";
    case DeliveryStatus::expired: return "expired";
    case DeliveryStatus::deliverable: return "deliverable";
    case DeliveryStatus::undeliverable: return "undeliverable";
    default: return "deferred";
    }
}

std::string DeliveryAttempted::line(const Wording& wording) const {
    std::string out = fmt::format("{}: to={}", queue_id, wording.address(recipient));
    if (!original_recipient.empty() && original_recipient != recipient)
        out += ", orig_to=" + wording.address(original_recipient);
    out.append(", relay=").append(relay);
    if (connection_use > 1) out += fmt::format(", conn_use={}", connection_use);
    out += ", " + delays_text(delays, wording.delay_logging_resolution_limit);
    if (!tls.empty()) out.append(", tls=").append(tls);
    return out + fmt::format(", dsn={}, status={} ({})", status_code.text(), status_text(status),
                             text);
}

void DeliveryAttempted::describe(Record& record) const {
    record.add("queue_id", queue_id)
        .add_always("recipient", recipient)
        .add("original_recipient", original_recipient)
        .add("relay", relay)
        .add_number("connection_use", connection_use)
        .add_seconds("delay", delays.total())
        .add_seconds("delay_before_queue", delays.before_queue)
        .add_seconds("delay_in_queue", delays.in_queue)
        .add_seconds("delay_connecting", delays.connecting)
        .add_seconds("delay_sending", delays.sending)
        .add("tls", tls)
        .add("dsn", status_code.text())
        .add("status", status_text(status))
        .add("text", text);
}

void DeliveryAttempted::count(Counters& counters) const {
    switch (status) {
    case DeliveryStatus::sent: return counters.add(Counter::recipients_sent);
    case DeliveryStatus::bounced:
    case DeliveryStatus::expired: return counters.add(Counter::recipients_bounced);
    case DeliveryStatus::deferred:
    case DeliveryStatus::soft_bounce: return counters.add(Counter::recipients_deferred);
    default: return;   // a probe
    }
}

}  // namespace postern::report
