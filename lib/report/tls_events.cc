// Lines about TLS; see the header.
#include "lib/report/tls_events.h"

#include <fmt/format.h>

namespace postern::report {

namespace {

std::string_view direction(TlsSide side) { return side == TlsSide::server ? "from" : "to"; }

std::string with_underscores(std::string_view text, std::string_view replaced) {
    std::string word(text);
    for (char& c : word)
        if (replaced.find(c) != replaced.npos) c = '_';
    return word;
}

}  // namespace

std::string TlsEstablished::line(const Wording&) const {
    const std::string name_text = server_name.empty() ? "" : fmt::format(" to {}", server_name);
    return fmt::format("{} TLS connection {} {} {}{}: {}{}", trust,
                       is_reused_connection ? "reused" : "established", direction(side), peer,
                       name_text, summary, details);
}

void TlsEstablished::describe(Record& record) const {
    record.add("trust", trust)
        .add("direction", direction(side))
        .add("peer", peer)
        .add("server_name", server_name)
        .add("protocol", protocol)
        .add("cipher", cipher)
        .add("details", details.empty() ? details : details.substr(1))
        .add_flag("is_reused_connection", is_reused_connection)
        .add_flag("is_resumed_session", is_resumed_session);
}

std::string TlsHandshakeFailed::line(const Wording&) const {
    return fmt::format("SSL_{} error {} {}: {}", side == TlsSide::server ? "accept" : "connect",
                       direction(side), peer, reason);
}

void TlsHandshakeFailed::describe(Record& record) const {
    record.add("direction", direction(side)).add("peer", peer).add("reason", reason);
}

std::string TlsLibraryProblem::line(const Wording&) const {
    return fmt::format("TLS library problem: {}", problem);
}

void TlsLibraryProblem::describe(Record& record) const { record.add("problem", problem); }

std::string TlsPeerUnverified::line(const Wording&) const {
    return fmt::format("{}certificate verification failed for {}: {}",
                       problem.starts_with("num=") ? "server " : "", peer, problem);
}

void TlsPeerUnverified::describe(Record& record) const {
    record.add("peer", peer).add("problem", problem);
}

std::string TlsClientRefused::line(const Wording&) const {
    return fmt::format("NOQUEUE: abort: TLS from {}: {}", peer, reason);
}

void TlsClientRefused::describe(Record& record) const {
    record.add("peer", peer).add("reason", reason);
}

std::string TlsNameUnknown::line(const Wording&) const {
    return fmt::format("TLS SNI {} from {} not matched, using default chain", server_name, peer);
}

void TlsNameUnknown::describe(Record& record) const {
    record.add("server_name", server_name).add("peer", peer);
}

std::string TlsReported::line(const Wording&) const {
    std::string text = fmt::format("TLSRPT: status={}, domain={}, receiving_mx={}",
                                   failure.empty() ? "success" : "failure", domain, server);
    if (!failure.empty()) text += ", failure_type=" + with_underscores(failure, "-");
    if (!reason.empty()) text += ", failure_reason=" + with_underscores(reason, " ");
    return text;
}

void TlsReported::describe(Record& record) const {
    record.add("domain", domain).add("server", server).add("failure", failure).add("reason", reason);
}

std::string StarttlsOffered::line(const Wording&) const {
    return fmt::format("Host offered STARTTLS: [{}]", host);
}

void StarttlsOffered::describe(Record& record) const { record.add("host", host); }

}  // namespace postern::report
