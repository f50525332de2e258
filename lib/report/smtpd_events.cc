// Lines and records of SMTP sessions; see the header.
#include "lib/report/smtpd_events.h"

#include <fmt/format.h>

namespace postern::report {

namespace {

std::string_view id_or_noqueue(std::string_view queue_id) {
    return queue_id.empty() ? "NOQUEUE" : queue_id;
}

void append_known(std::string& text, std::string_view between, std::string_view name,
                  std::string_view value) {
    if (value.empty()) return;
    text.append(between).append(name).append("=").append(value);
}

void append_login(std::string& text, std::string_view between, const Login& login) {
    append_known(text, between, "sasl_method", login.method);
    append_known(text, between, "sasl_username", login.username);
    append_known(text, between, "sasl_sender", login.sender);
}

void describe_login(Record& record, const Login& login) {
    record.add("sasl_method", login.method)
        .add("sasl_username", login.username)
        .add("sasl_sender", login.sender);
}

/// "ehlo=1", "rcpt=0/1".
std::string share_text(std::string_view name, std::uint32_t accepted, std::uint32_t total) {
    if (accepted == total && total > 0) return fmt::format(" {}={}", name, total);
    return fmt::format(" {}={}/{}", name, accepted, total);
}

std::string_view cause_text(SessionBroken::Cause cause) {
    switch (cause) {
    case SessionBroken::Cause::timeout: return "timeout";
    case SessionBroken::Cause::too_many_errors: return "too many errors";
    default: return "lost connection";
    }
}

}  // namespace

std::string transaction_text(const Transaction& transaction, const Wording& wording) {
    std::string text;
    if (transaction.sender) text += " from=" + wording.address(*transaction.sender);
    if (transaction.recipient) text += " to=" + wording.address(*transaction.recipient);
    append_known(text, " ", "proto", transaction.protocol);
    if (!transaction.helo.empty()) text += fmt::format(" helo=<{}>", transaction.helo);
    append_login(text, " ", transaction.login);
    return text.empty() ? text : text.substr(1);
}

void describe_transaction(Record& record, const Transaction& transaction) {
    if (transaction.sender) record.add_always("sender", *transaction.sender);
    if (transaction.recipient) record.add_always("recipient", *transaction.recipient);
    record.add("protocol", transaction.protocol).add("helo", transaction.helo);
    describe_login(record, transaction.login);
}

std::string ClientConnected::line(const Wording& wording) const {
    return "connect from " + client_text(client, wording);
}

void ClientConnected::describe(Record& record) const { record.add_peer("client", client); }

std::string ClientDisconnected::line(const Wording& wording) const {
    std::string text = "disconnect from " + client_text(client, wording);
    std::uint32_t accepted = 0, total = 0;
    for (const Command& command : commands) {
        if (command.total == 0) continue;
        text += share_text(command.name, command.accepted, command.total);
        accepted += command.accepted;
        total += command.total;
    }
    text += share_text("commands", accepted, total);
    append_known(text, " ", "notes", notes);
    return text;
}

void ClientDisconnected::describe(Record& record) const {
    record.add_peer("client", client);
    for (const Command& command : commands) {
        if (command.total == 0) continue;
        record.add_number(fmt::format("{}_accepted", command.name), command.accepted);
        record.add_number(fmt::format("{}_total", command.name), command.total);
    }
    record.add("notes", notes);
}

std::string MailAccepted::line(const Wording& wording) const {
    std::string text = fmt::format("{}: client={}", id_or_noqueue(queue_id), client_text(client, wording));
    append_login(text, ", ", login);
    append_known(text, ", ", "orig_queue_id", orig_queue_id);
    if (orig_client) text += ", orig_client=" + client_text(*orig_client, wording);
    return text;
}

void MailAccepted::describe(Record& record) const {
    record.add("queue_id", queue_id).add_peer("client", client);
    describe_login(record, login);
    record.add("orig_queue_id", orig_queue_id);
    if (orig_client) record.add_peer("orig_client", *orig_client);
}

std::string RequestActedOn::line(const Wording& wording) const {
    const std::string origin = transaction_text(transaction, wording);
    return fmt::format("{}: {}: {} from {}: {}{}{}", id_or_noqueue(queue_id), action, stage,
                       client_text(client, wording), text, origin.empty() ? "" : "; ", origin);
}

void RequestActedOn::describe(Record& record) const {
    record.add("queue_id", queue_id)
        .add("action", action)
        .add("stage", stage)
        .add_peer("client", client)
        .add("text", text);
    describe_transaction(record, transaction);
}

void RequestActedOn::count(Counters& counters) const {
    if (action == "reject" || action == "milter-reject") counters.add(Counter::requests_rejected);
}

std::string ProxyAnswered::line(const Wording& wording) const {
    return fmt::format("{}: END-OF-MESSAGE: {}; {}", is_accepted ? "proxy-accept" : "proxy-reject", reply,
                       transaction_text(transaction, wording));
}

void ProxyAnswered::describe(Record& record) const {
    record.add("action", is_accepted ? "proxy-accept" : "proxy-reject").add("reply", reply);
    describe_transaction(record, transaction);
}

void ProxyAnswered::count(Counters& counters) const {
    counters.add(is_accepted ? Counter::mail_received : Counter::requests_rejected);
}

std::string SessionBroken::line(const Wording& wording) const {
    return fmt::format("{}: {} after {} from {}", id_or_noqueue(queue_id), cause_text(cause), stage,
                       client_text(client, wording));
}

void SessionBroken::describe(Record& record) const {
    record.add("queue_id", queue_id)
        .add("cause", cause_text(cause))
        .add("stage", stage)
        .add_peer("client", client);
}

void SessionBroken::count(Counters& counters) const {
    if (cause == Cause::lost_connection) counters.add(Counter::connections_lost);
    if (cause == Cause::timeout) counters.add(Counter::sessions_timed_out);
}

std::string PipeliningImproper::line(const Wording& wording) const {
    return fmt::format("improper command pipelining after {} from {}: {}", stage,
                       client_text(client, wording), input);
}

void PipeliningImproper::describe(Record& record) const {
    record.add("stage", stage).add_peer("client", client).add("input", input);
}

std::string AuthenticationFailed::line(const Wording& wording) const {
    std::string text = fmt::format("{}: SASL {} authentication failed: {}",
                                   client_text(client, wording), method, reason);
    append_known(text, ", ", "sasl_username", username);
    return text;
}

void AuthenticationFailed::describe(Record& record) const {
    record.add_peer("client", client)
        .add("sasl_method", method)
        .add("sasl_username", username)
        .add("reason", reason);
}

std::string AuthenticationAborted::line(const Wording& wording) const {
    return fmt::format("{}: SASL {} authentication aborted", client_text(client, wording), method);
}

void AuthenticationAborted::describe(Record& record) const {
    record.add_peer("client", client).add("sasl_method", method);
}

std::string ClientNameUnverified::line(const Wording&) const {
    return fmt::format("hostname {} does not resolve to address {}{}{}", hostname, address,
                       reason.empty() ? "" : ": ", reason);
}

void ClientNameUnverified::describe(Record& record) const {
    record.add("hostname", hostname).add("client_address", address).add("reason", reason);
}

std::string ForbiddenCommandReceived::line(const Wording& wording) const {
    return fmt::format("non-SMTP command from {}: {}", client_text(client, wording), input);
}

void ForbiddenCommandReceived::describe(Record& record) const {
    record.add_peer("client", client).add("input", input);
}

std::string ClientLimitExceeded::line(const Wording& wording) const {
    return fmt::format("{} limit exceeded: {} from {} for service {}", limit, value,
                       client_text(client, wording), service);
}

void ClientLimitExceeded::describe(Record& record) const {
    record.add("limit", limit)
        .add_number("value", value)
        .add_peer("client", client)
        .add("service", service);
}

std::string ReplyFiltered::line(const Wording&) const {
    return fmt::format("{}: reject filter {}: {}", id_or_noqueue(queue_id),
                       side == Side::in ? "in" : "out", reply);
}

void ReplyFiltered::describe(Record& record) const {
    record.add("queue_id", queue_id).add("side", side == Side::in ? "in" : "out").add("reply", reply);
}

}  // namespace postern::report
