// Logging in (RFC 4954), as far as it is the same for all sessions: who checks passwords, and what
// is offered to whom.
#pragma once

#include "lib/sasl/server.h"
#include "lib/service/tables.h"
#include "lib/table/host_list.h"

#include <memory>
#include <string>
#include <vector>

namespace postern::smtpd {

struct Session;

/// One in a process, and none where smtpd_sasl_auth_enable is "no".
class Authentication {
public:
    /// Connects the service of smtpd_sasl_type; before the chroot. A mistake in main.cf ends the
    /// process, with a line that names it. `pool`: threads for libraries that wait.
    Authentication(service::Daemon& daemon, service::Tables& tables, event::Pool& pool);

    /// What may be offered to this client now, after the mechanism filter. Error: temporary, the
    /// service cannot be asked; it is logged.
    Task<Result<std::vector<std::string>>> mechanisms(const Session& session) const;
    /// smtpd_sasl_exceptions_networks: never announced to such a client.
    Task<bool> is_excepted(const Session& session) const;
    /// An attempt to log in.
    std::unique_ptr<sasl::Exchange> begin(const Session& session) const;

    std::size_t response_limit() const noexcept { return response_limit_; }
    /// Nothing is accepted without encryption (smtpd_tls_auth_only).
    bool needs_encryption() const noexcept { return tls_auth_only_; }
    bool announces_twice() const noexcept { return broken_sasl_auth_clients_; }
    bool is_told_in_header() const noexcept { return authenticated_header_; }

private:
    const sasl::SecurityOptions& demanded(const Session& session) const;

    std::unique_ptr<sasl::Server> server_;
    sasl::SecurityOptions security_options_, tls_security_options_;
    table::HostList exceptions_networks_, mechanism_filter_;
    std::size_t response_limit_;
    bool tls_auth_only_, broken_sasl_auth_clients_, authenticated_header_;
};

}  // namespace postern::smtpd
