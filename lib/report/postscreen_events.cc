// Lines and records of screened clients; see the header.
#include "lib/report/postscreen_events.h"

#include "lib/base/escapes.h"

#include <fmt/format.h>

namespace postern::report {

namespace {

constexpr std::size_t shown_input = 100;

void describe_client(Record& record, const Endpoint& client) {
    record.add("client_address", client.address);
    if (client.port != 0) record.add_number("client_port", client.port);
}

std::string upper_case(std::string_view text) {
    std::string big;
    for (const char c : text) big += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return big;
}

std::string verdict_text(ClientJudged::Verdict verdict, const Wording& wording) {
    using Verdict = ClientJudged::Verdict;
    switch (verdict) {
    case Verdict::allowlisted: return upper_case(wording.allowlist()) + "ED";
    case Verdict::denylisted: return upper_case(wording.denylist()) + "ED";
    case Verdict::allowlist_veto: return upper_case(wording.allowlist()) + " VETO";
    case Verdict::pass_new: return "PASS NEW";
    case Verdict::pass_old: return "PASS OLD";
    case Verdict::disconnect: break;
    }
    return "DISCONNECT";
}

std::string_view reason_text(ConnectionRefused::Reason reason) {
    using Reason = ConnectionRefused::Reason;
    switch (reason) {
    case Reason::too_many_connections: return "too many connections";
    case Reason::screening_ports_busy: return "all screening ports busy";
    case Reason::server_ports_busy: break;
    }
    return "all server ports busy";
}

}  // namespace

std::string Endpoint::text() const { return fmt::format("[{}]:{}", address, port); }

std::string ClientScreened::line(const Wording&) const {
    return fmt::format("CONNECT from {} to {}", client.text(), server.text());
}

void ClientScreened::describe(Record& record) const {
    describe_client(record, client);
    record.add("server_address", server.address).add_number("server_port", server.port);
}

std::string ClientJudged::line(const Wording& wording) const {
    return fmt::format("{} {}", verdict_text(verdict, wording), client.text());
}

void ClientJudged::describe(Record& record) const {
    record.add("verdict", verdict_text(verdict, Wording()));
    describe_client(record, client);
}

std::string SpokeTooEarly::line(const Wording& wording) const {
    return fmt::format("PREGREET {} after {} from {}: {}", bytes,
                       delay_text(after, wording.delay_logging_resolution_limit), client.text(),
                       escaped(input.substr(0, shown_input)));
}

void SpokeTooEarly::describe(Record& record) const {
    describe_client(record, client);
    record.add_number("bytes", static_cast<std::int64_t>(bytes)).add_seconds("after", after);
    record.add("input", escaped(input.substr(0, shown_input)));
}

std::string BlockListRanked::line(const Wording&) const {
    return fmt::format("DNSBL rank {} for {}", rank, client.text());
}

void BlockListRanked::describe(Record& record) const {
    record.add_number("rank", rank);
    describe_client(record, client);
}

std::string HungUp::line(const Wording& wording) const {
    return fmt::format("HANGUP after {} from {} in tests {} SMTP handshake",
                       delay_text(after, wording.delay_logging_resolution_limit), client.text(),
                       is_after_greeting ? "after" : "before");
}

void HungUp::describe(Record& record) const {
    describe_client(record, client);
    record.add_seconds("after", after).add_flag("is_after_greeting", is_after_greeting);
}

std::string ProtocolViolated::line(const Wording&) const {
    return fmt::format("{} from {} after {}{}{}", what, client.text(), after,
                       input.empty() ? "" : ": ", input);
}

void ProtocolViolated::describe(Record& record) const {
    record.add("what", what);
    describe_client(record, client);
    record.add("after", after).add("input", input);
}

std::string ContentUnwanted::line(const Wording&) const {
    return fmt::format("{} without valid RCPT from {}", command, client.text());
}

void ContentUnwanted::describe(Record& record) const {
    record.add("command", command);
    describe_client(record, client);
}

std::string RecipientScreened::line(const Wording& wording) const {
    return fmt::format("NOQUEUE: reject: RCPT from {}: {}; from={}, to={}, proto={}, helo=<{}>",
                       client.text(), reply, wording.address(sender), wording.address(recipient),
                       protocol, helo);
}

void RecipientScreened::describe(Record& record) const {
    describe_client(record, client);
    record.add("reply", reply).add_always("sender", sender).add_always("recipient", recipient);
    record.add("protocol", protocol).add("helo", helo);
}

std::string ConnectionRefused::line(const Wording&) const {
    const bool is_own_limit = reason == Reason::too_many_connections;
    return fmt::format("{} from {}: {}", is_own_limit ? "NOQUEUE: reject: CONNECT" : "reject: connect",
                       client.text(), reason_text(reason));
}

void ConnectionRefused::describe(Record& record) const {
    describe_client(record, client);
    record.add("reason", reason_text(reason));
}

std::string StressChanged::line(const Wording&) const {
    return fmt::format("{} STRESS mode with {} connections", is_on ? "entering" : "leaving",
                       connections);
}

void StressChanged::describe(Record& record) const {
    record.add_flag("is_on", is_on).add_number("connections", static_cast<std::int64_t>(connections));
}

std::string CacheCleaned::line(const Wording&) const {
    return fmt::format("cache {} {} cleanup: retained={} dropped={} entries", cache,
                       is_partial ? "partial" : "full", retained, dropped);
}

void CacheCleaned::describe(Record& record) const {
    record.add("cache", cache).add_flag("is_partial", is_partial);
    record.add_number("retained", static_cast<std::int64_t>(retained));
    record.add_number("dropped", static_cast<std::int64_t>(dropped));
}

std::string AddressListed::line(const Wording&) const {
    return fmt::format("addr {} listed by domain {} as {}", address, domain, answer);
}

void AddressListed::describe(Record& record) const {
    record.add("address", address).add("domain", domain).add("answer", answer);
}

}  // namespace postern::report
