// Logging in to servers (RFC 4954; smtp_sasl_auth_enable, SASL_README).
#pragma once

#include "lib/sasl/client.h"
#include "lib/service/tables.h"
#include "lib/service/writer_backend.h"
#include "lib/table/host_list.h"
#include "smtp/handshake.h"
#include "smtp/refused_logins.h"

#include <memory>
#include <optional>
#include <string>

namespace postern::smtp {

/// One in a process, and none where smtp_sasl_auth_enable is "no".
class Logins {
public:
    /// Opens the library; before the chroot. A mistake in main.cf ends the process, with a line that
    /// names it. `passwords`: smtp_sasl_password_maps. `pool`: threads for the library.
    Logins(service::Daemon& daemon, service::Tables& tables, const table::Maps& passwords,
           event::Pool& pool, bool is_lmtp);

    /// Logs in where there is a password for the sender (smtp_sender_dependent_authentication), the
    /// server or the destination, and the server offers AUTH. Nothing when mail may go on.
    Task<std::optional<Refusal>> log_in(Session& session, std::string sender, std::string destination) const;
    /// By what sessions of different senders are told apart.
    std::string session_name(const std::string& sender) const { return is_sender_dependent_ ? "\n" + sender : ""; }

private:
    Task<Result<std::optional<sasl::Credentials>>> find(const Session& session, std::string sender,
                                                        std::string destination) const;
    Task<std::vector<std::string>> usable(const Session& session) const;
    const sasl::SecurityOptions& demanded(const Session& session) const;
    Task<std::optional<Refusal>> exchange(Session& session, sasl::ClientExchange& exchange,
                                          std::vector<std::string> mechanisms, std::string cache_key) const;
    void open_cache(service::Daemon& daemon, const config::Config& config);
    Refusal refused(const Session& session, const Reply& reply) const;

    std::unique_ptr<sasl::Client> client_;
    std::optional<service::WriterBackend> proxywrite_;
    std::optional<RefusedLogins> refused_logins_;   // nothing: not wanted
    const table::Maps& passwords_;
    sasl::SecurityOptions options_, tls_options_, verified_options_;
    table::HostList mechanism_filter_;
    char delimiter_ = ':';
    bool is_sender_dependent_, is_soft_;
};

}  // namespace postern::smtp
