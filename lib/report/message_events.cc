// Lines and records of messages; see the header.
#include "lib/report/message_events.h"

#include <fmt/format.h>

namespace postern::report {

namespace {

std::string_view to_text(NotificationSent::To to) {
    return to == NotificationSent::To::sender ? "sender" : "postmaster";
}

std::string_view kind_text(NotificationSent::Kind kind) {
    switch (kind) {
    case NotificationSent::Kind::delay: return "delay";
    case NotificationSent::Kind::delivery_status: return "delivery status";
    default: return "non-delivery";
    }
}

std::string_view treatment_text(MessageTreated::Treatment treatment) {
    switch (treatment) {
    case MessageTreated::Treatment::held: return "placed on hold";
    case MessageTreated::Treatment::released: return "released from hold";
    case MessageTreated::Treatment::requeued: return "requeued";
    case MessageTreated::Treatment::expired: return "expired";
    default: return "removed";
    }
}

std::string_view summary_text(MessageTreated::Treatment treatment) {
    switch (treatment) {
    case MessageTreated::Treatment::held: return "Placed on hold";
    case MessageTreated::Treatment::released: return "Released from hold";
    case MessageTreated::Treatment::requeued: return "Requeued";
    case MessageTreated::Treatment::expired: return "Expired";
    default: return "Deleted";
    }
}

std::string_view expired_text(bool is_forced) { return is_forced ? "force-expired" : "expired"; }

}  // namespace

std::string MailSubmitted::line(const Wording& wording) const {
    return fmt::format("{}: uid={} from={}", queue_id, uid, wording.address(sender));
}

void MailSubmitted::describe(Record& record) const {
    record.add("queue_id", queue_id).add_number("uid", uid).add_always("sender", sender);
}

std::string MessageIdentified::line(const Wording&) const {
    return fmt::format("{}: {}message-id={}", queue_id, is_resent ? "resent-" : "", message_id);
}

void MessageIdentified::describe(Record& record) const {
    record.add("queue_id", queue_id)
        .add_always("message_id", message_id)
        .add_flag("is_resent", is_resent);
}

std::string MessageCanceled::line(const Wording&) const {
    return fmt::format("{}: canceled", queue_id);
}

void MessageCanceled::describe(Record& record) const { record.add("queue_id", queue_id); }

std::string ContentActedOn::line(const Wording& wording) const {
    const std::string origin =
        client.address.empty() ? std::string(client.name) : client_text(client, wording);
    const std::string envelope = transaction_text(transaction, wording);
    return fmt::format("{}: {}: {} {} from {}{}{}{}{}", queue_id, action, part, content, origin,
                       envelope.empty() ? "" : "; ", envelope, text.empty() ? "" : ": ", text);
}

void ContentActedOn::describe(Record& record) const {
    record.add("queue_id", queue_id)
        .add("action", action)
        .add("part", part)
        .add("content", content)
        .add_peer("client", client)
        .add("text", text);
    describe_transaction(record, transaction);
}

void ContentActedOn::count(Counters& counters) const {
    if (action == "reject") counters.add(Counter::requests_rejected);
}

std::string MessageActive::line(const Wording& wording) const {
    return fmt::format("{}: from={}, size={}, nrcpt={} (queue active)", queue_id,
                       wording.address(sender), size, recipients);
}

void MessageActive::describe(Record& record) const {
    record.add("queue_id", queue_id)
        .add_always("sender", sender)
        .add_number("size", size)
        .add_number("recipients", recipients);
}

std::string MessageExpired::line(const Wording& wording) const {
    return fmt::format("{}: from={}, status={}, returned to sender", queue_id,
                       wording.address(sender), expired_text(is_forced));
}

void MessageExpired::describe(Record& record) const {
    record.add("queue_id", queue_id)
        .add_always("sender", sender)
        .add("status", expired_text(is_forced));
}

std::string MessageRemoved::line(const Wording&) const {
    return fmt::format("{}: removed", queue_id);
}

void MessageRemoved::describe(Record& record) const { record.add("queue_id", queue_id); }

std::string NotificationSent::line(const Wording&) const {
    return fmt::format("{}: {} {} notification: {}", queue_id, to_text(to), kind_text(kind),
                       notification_id);
}

void NotificationSent::describe(Record& record) const {
    record.add("queue_id", queue_id)
        .add("to", to_text(to))
        .add("kind", kind_text(kind))
        .add("notification_id", notification_id);
}

std::string NotificationFailed::line(const Wording& wording) const {
    return fmt::format("{}: {} notification failed to {}{}{}", queue_id, to_text(to),
                       wording.address(address), reason.empty() ? "" : ": ", reason);
}

void NotificationFailed::describe(Record& record) const {
    record.add("queue_id", queue_id)
        .add("to", to_text(to))
        .add("recipient", address)
        .add("reason", reason);
}

std::string MessageTreated::line(const Wording&) const {
    return fmt::format("{}: {}", queue_id, treatment_text(treatment));
}

void MessageTreated::describe(Record& record) const {
    record.add("queue_id", queue_id).add("treatment", treatment_text(treatment));
}

std::string MessagesTreated::line(const Wording&) const {
    return fmt::format("{}: {} message{}", summary_text(treatment), messages,
                       messages == 1 ? "" : "s");
}

void MessagesTreated::describe(Record& record) const {
    record.add("treatment", treatment_text(treatment)).add_number("messages", messages);
}

}  // namespace postern::report
