// What the TLS sessions of all processes share: the keys of tickets (RFC 5077, RFC 8446 section
// 4.6.1), the caches of sessions, and a pool of random numbers. tlsmgr keeps it; lib/service asks there.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/event/task.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::tls {

/// A key for tickets. It issues them until `issues_until`, and accepts its own until
/// `accepts_until`.
struct TicketKey {
    static constexpr std::size_t name_size = 16, secret_size = 32;
    std::string name;          ///< travels with the ticket
    std::string cipher_key, mac_key;
    WallTime issues_until, accepts_until;
};

/// The caches: of sessions with our clients, and with the servers that we deliver to.
enum class SessionCache { smtpd, smtp, lmtp };

class SessionStore {
public:
    virtual ~SessionStore() = default;
    /// The keys that are valid; the first issues. None: sessions are not to be resumed.
    virtual Task<Result<std::vector<TicketKey>>> ticket_keys() = 0;
    /// A session, as save() was given it.
    virtual Task<Result<std::optional<std::string>>> find(SessionCache cache, std::string id) = 0;
    /// Keeps or forgets a session, without waiting; who cannot be told forgets in time.
    virtual void save(SessionCache cache, std::string id, std::string session) = 0;
    virtual void remove(SessionCache cache, std::string id) = 0;
    /// As many as tls_daemon_random_bytes says.
    virtual Task<Result<std::string>> random_bytes() = 0;
};

}  // namespace postern::tls
