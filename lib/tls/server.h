// The server's side of TLS.
#pragma once

#include "lib/event/stream.h"
#include "lib/report/reporter.h"
#include "lib/table/table.h"
#include "lib/tls/established.h"
#include "lib/tls/session_store.h"
#include "lib/tls/settings.h"
#include "lib/tls/trace_gate.h"

#include <memory>
#include <string>
#include <vector>

namespace postern::tls {

/// What a server asks of its clients.
struct ServerSettings {
    /// Those that are a matter of main.cf alone. `fallback` as of SideSettings.
    explicit ServerSettings(const config::Config& config, std::string_view prefix = "smtpd_tls_",
                            std::string_view fallback = "")
        : common(config),
          side(config, prefix, fallback),
          trusts_server_certificates(config.boolean("tls_trust_server_ccerts")) {}

    CommonSettings common;
    ServerSideSettings side;
    bool is_mandatory = false;       ///< no mail without TLS: the mandatory protocols and ciphers
    bool trusts_server_certificates; ///< for clients, too
    /// Sessions are resumed only where they began: a ticket of one service is none for another.
    std::string service;
    SessionCache cache = SessionCache::smtpd;
};

class Server {
public:
    /// Loads keys and authorities; before the chroot. `store` may be null: no session is resumed.
    /// `gate` may be null: no trace is written. Both outlive it. Errors: permanent, naming the file
    /// or parameter.
    static Result<std::unique_ptr<Server>> make(ServerSettings settings, table::Maps sni_maps,
                                                SessionStore* store, TraceGate* gate = nullptr);
    ~Server();

    /// What should be said at start: certificates that have expired ...
    const std::vector<std::string>& warnings() const noexcept;

    /// Makes the connection a TLS connection. What was read of it before is thrown away (RFC 3207
    /// section 4.2). `peer` is "name[address]". Logs what came of it, at log level 1 and above;
    /// failures always. Errors: timeout, closed, permanent: there is no connection any more.
    Task<Result<Established>> accept(event::Stream& stream, std::string peer, Reporter reporter,
                                     LogLevel log_level, Deadline deadline);
    /// Before the stream is closed by us: waits for the client's farewell where
    /// tls_fast_shutdown_enable is "no".
    Task<void> part(event::Stream& stream, Deadline deadline);

private:
    class Engine;
    explicit Server(std::unique_ptr<Engine> engine);
    std::unique_ptr<Engine> engine_;
};

}  // namespace postern::tls
