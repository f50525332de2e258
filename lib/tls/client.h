// The client's side of TLS.
#pragma once

#include "lib/event/stream.h"
#include "lib/report/reporter.h"
#include "lib/tls/established.h"
#include "lib/tls/level.h"
#include "lib/tls/session_store.h"
#include "lib/tls/settings.h"
#include "lib/tls/trace_gate.h"

#include <memory>
#include <string>
#include <vector>

namespace postern::tls {

/// A TLSA record (RFC 6698), as DNS has it.
struct TlsaRecord {
    std::uint8_t usage = 0, selector = 0, matching_type = 0;
    std::string data;
};

/// What one connection must be.
struct ClientPolicy {
    Level level = Level::may;
    std::string protocols, ciphers;               ///< a list; a grade
    std::vector<std::string> excluded_ciphers;
    std::string server_name;                      ///< SNI; "" sends none
    std::vector<std::string> names;               ///< verify, secure: one of them must match,
                                                  ///< "mx.example" or ".example"
    std::vector<std::string> fingerprints;        ///< fingerprint: of certificate or key
    std::vector<TlsaRecord> tlsa;                 ///< dane, dane-only
    std::vector<std::string> tlsa_names;          ///< and their names, for usage 2
    std::string trust_anchor_file;                ///< smtp_tls_trust_anchor_file; "" none
    bool prefers_bare_key = false;                ///< to a certificate (RFC 7250)

    /// Of what makes sessions and connections under it exchangeable.
    std::string text() const;
    /// Whether the server is asked for its bare key: with DANE where the records are of keys alone,
    /// whatever is preferred; never where an authority must have signed.
    bool asks_bare_key() const;
};

/// A certificate of the chain that a server has sent.
struct ChainLink {
    std::string subject, issuer;   ///< "/CN=mx.example"
    std::string fingerprint, key_fingerprint;
    std::string pem;
};
/// Of an encrypted stream, the server's own first; `digest` is the name of that for fingerprints.
std::vector<ChainLink> chain_of(const event::Stream& stream, const std::string& digest);

class Client {
public:
    /// Loads keys and authorities; before the chroot. `store` may be null: no session is resumed.
    /// `gate` may be null: no trace is written. Both outlive it. Errors: permanent, naming the file
    /// or parameter.
    static Result<std::unique_ptr<Client>> make(CommonSettings common, SideSettings side,
                                                SessionStore* store, SessionCache cache,
                                                TraceGate* gate = nullptr);
    ~Client();
    const std::vector<std::string>& warnings() const noexcept;

    /// Makes the connection a TLS connection. `peer` is "name[address]:port"; `session_name` names
    /// the service whose sessions may be resumed. Logs what came of it, at log level 1 and above;
    /// failures always. A server that is not the one wanted is no error: the caller looks at
    /// `peer`. Errors: timeout, closed, permanent: there is no connection any more.
    Task<Result<Established>> connect(event::Stream& stream, std::string peer,
                                      std::string session_name, ClientPolicy policy,
                                      Reporter reporter, LogLevel log_level, Deadline deadline);
    /// Before the stream is closed by us: waits for the server's farewell where
    /// tls_fast_shutdown_enable is "no".
    Task<void> part(event::Stream& stream, Deadline deadline);

private:
    class Engine;
    explicit Client(std::unique_ptr<Engine> engine);
    std::unique_ptr<Engine> engine_;
};

}  // namespace postern::tls
