// Verdicts on handshakes; see the header.
#include "smtp/protection.h"

#include "lib/base/strings.h"
#include "lib/config/idna.h"

namespace postern::smtp {

namespace {

TlsFailure failure_of(tls::Flaw flaw) {
    switch (flaw) {
        case tls::Flaw::untrusted: return TlsFailure::certificate_not_trusted;
        case tls::Flaw::expired: return TlsFailure::certificate_expired;
        case tls::Flaw::wrong_name: return TlsFailure::certificate_host_mismatch;
        case tls::Flaw::other: break;
    }
    return TlsFailure::validation_failure;
}

TlsFailure failure_of(nexthop::Dane::Problem problem) {
    switch (problem) {
        case nexthop::Dane::Problem::lookup: return TlsFailure::dnssec_invalid;
        case nexthop::Dane::Problem::unusable: return TlsFailure::tlsa_invalid;
        default: return TlsFailure::dane_required;
    }
}

/// "num=62:hostname mismatch" without the number.
std::string reason_of(const tls::PeerCertificate& peer) {
    const auto parts = cut(peer.problem, ':');
    return std::string(peer.problem.starts_with("num=") && parts ? parts->second : peer.problem);
}

}  // namespace

std::optional<TlsFailure> Protection::failure_of(const Session& session) const {
    if (policy.failure) return policy.failure;
    if (!tls::must_match(policy.level) || session.tls->peer.is_matched) return std::nullopt;
    // What was wrong was told when the session began.
    return session.tls->is_reused ? TlsFailure::certificate_not_trusted
                                  : smtp::failure_of(session.tls->peer.flaw);
}

void Protection::tell(Session& session, std::optional<TlsFailure> failure, std::string reason) const {
    if (!reports || domain.empty()) return;
    TlsEvent event;
    event.domain = domain;
    event.host = session.endpoint().host;
    event.server_address = session.endpoint().address.host();
    event.own_address = event::SocketAddress::of_local(session.stream().fd()).host();
    event.is_dane = !policy.tlsa.empty();
    event.tlsa = policy.tlsa;
    event.sts = policy.sts;
    event.failure = failure;
    event.is_resumed = session.tls && session.tls->is_reused;
    const bool is_told = reason.empty() && failure && failure != policy.failure && session.tls && !event.is_resumed;
    event.reason = is_told ? reason_of(session.tls->peer) : std::move(reason);
    reports->tell(std::move(event));
}

std::string reported_domain(const nexthop::Destination& destination) {
    if (destination.kind == nexthop::Destination::Kind::unix_socket) return "";
    if (event::SocketAddress::numeric(destination.host, 0)) return "";
    return config::domain_to_ascii(lower(destination.host)).value_or("");
}

void tell_of_dane(TlsReports& reports, const nexthop::Destination& destination, const Endpoint& endpoint,
                  nexthop::Dane::Problem problem) {
    TlsEvent event;
    event.domain = reported_domain(destination);
    if (event.domain.empty()) return;
    event.host = endpoint.host;
    event.server_address = endpoint.address.host();
    event.is_dane = true;
    event.failure = failure_of(problem);
    reports.tell(std::move(event));
}

}  // namespace postern::smtp
