// How one session is to be protected, and what is said of how it was.
#pragma once

#include "lib/nexthop/dane.h"
#include "lib/nexthop/destination.h"
#include "smtp/tls.h"
#include "smtp/tls_reports.h"

#include <optional>
#include <string>

namespace postern::smtp {

/// References outlive the session's beginning.
struct Protection {
    const Tls& tls;
    std::string nexthop;   ///< without brackets and port
    TlsPolicy policy;
    TlsReports* reports = nullptr;   ///< null: nobody is told of the handshake
    std::string domain = {};         ///< that is told of: reported_domain()

    /// Why the server is not the one that the policy wants; nothing: it is, or it may be anybody.
    std::optional<TlsFailure> failure_of(const Session& session) const;
    /// Tells of the session's handshake; nothing: a success.
    void tell(Session& session, std::optional<TlsFailure> failure, std::string reason = {}) const;
};

/// The domain whose reports tell of a destination; "": none, it is a socket or an address.
std::string reported_domain(const nexthop::Destination& destination);

/// Tells of a server that there was no session with, since its TLSA records do not allow it.
void tell_of_dane(TlsReports& reports, const nexthop::Destination& destination, const Endpoint& endpoint,
                  nexthop::Dane::Problem problem);

}  // namespace postern::smtp
