// How often and how many at once: the limits on each client, which anvil counts (TUNING_README).
#pragma once

#include "lib/event/group.h"
#include "lib/service/anvil.h"
#include "lib/service/client.h"
#include "smtpd/lists.h"
#include "smtpd/session.h"

#include <optional>
#include <string>

namespace postern::smtpd {

/// smtpd_client_*_limit; 0 is no limit.
struct RateLimits {
    explicit RateLimits(const config::Config& config);

    std::int64_t connection_count, connection_rate, message_rate, recipient_rate, auth_rate,
        new_tls_session_rate;
    std::int64_t ipv4_prefix_length, ipv6_prefix_length;
};

class Rates {
public:
    Rates(const RateLimits& limits, const Lists& lists, service::Client& anvil,
          event::TaskGroup& tasks)
        : limits_(limits), lists_(lists), anvil_(anvil), tasks_(tasks) {}

    /// Counts an event of the session's client; the reply when it is one too many. Asks anvil only
    /// where there is a limit that applies to the client. Without an answer there is no limit.
    Task<std::optional<Reply>> count_connection(Session& session);
    Task<std::optional<Reply>> count_message(Session& session);
    Task<std::optional<Reply>> count_recipient(Session& session);
    /// The same for AUTH (smtpd_client_auth_rate_limit).
    Task<std::optional<Reply>> count_authentication(Session& session);
    /// Whether the client has had too many new TLS sessions; each is counted when it is made
    /// (smtpd_client_new_tls_session_rate_limit).
    Task<std::optional<Reply>> limit_tls(Session& session);
    Task<void> count_tls(Session& session);
    /// The end of a counted connection; told without waiting.
    void disconnect(const Session& session);

private:
    /// How often a client may do something, and what is said beyond that.
    struct Limit {
        std::int64_t most;      // in anvil_rate_time_unit; 0 is no limit
        service::ClientEvent event;
        std::int64_t service::ClientRates::*rate;
        std::string_view name;  // in the log
        int code;
        std::string_view status, what;
    };

    /// Counts the event; the reply where it is one too many.
    Task<std::optional<Reply>> excess(Session& session, Limit limit);
    Task<bool> is_limited(Session& session) const;
    Task<std::optional<service::ClientRates>> count(const Session& session,
                                                    service::ClientEvent event);
    void warn(const Session& session, std::string_view limit, std::int64_t value) const;

    const RateLimits& limits_;
    const Lists& lists_;
    service::Client& anvil_;
    event::TaskGroup& tasks_;
};

/// The address cut to a prefix of that many bits, "192.0.2.0/24"; the whole address as it is.
std::string rate_key(std::string_view address, const RateLimits& limits);

}  // namespace postern::smtpd
