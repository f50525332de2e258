// A client of one policy service (SMTPD_POLICY_README): attributes go there, an action comes back.
// Many sessions ask at once, each over a connection of its own; connections are kept.
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"
#include "lib/table/network_table.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::smtpd {

/// smtpd_policy_service_*, or what the service's own list says.
struct PolicySettings {
    explicit PolicySettings(const config::Config& config);

    std::string endpoint;  ///< "inet:host:port", "unix:path"
    std::string default_action, policy_context;
    seconds timeout, retry_delay, max_idle, max_ttl;
    std::int64_t try_limit, request_limit;

    /// "inet:host:port" or "{ inet:host:port, timeout = 10s, { default_action = 450 no } }", braces
    /// taken off. Error: permanent; a setting that is none, or has no value that it can have.
    Result<void> read(std::string_view text);

private:
    Result<void> set(std::string_view assignment);
};

class PolicyService {
public:
    PolicyService(event::Loop& loop, event::Pool* names, Log log, PolicySettings settings,
                  table::Endpoint endpoint);

    /// Sends the request ("name=value\n" lines without the empty one at its end), and gives the
    /// action of the reply; the default action when there is none after all tries, which is logged.
    Task<std::string> ask(std::string request);

    const PolicySettings& settings() const noexcept { return settings_; }

private:
    using Connection = table::ServerConnections::Connection;

    Task<Result<std::string>> try_once(std::string_view request);
    Task<Result<std::string>> exchange(std::unique_ptr<Connection> connection,
                                       std::string_view request);
    void keep(std::unique_ptr<Connection> connection);
    Error unconnected(Error error) const;

    event::Loop& loop_;
    const Log log_;
    const PolicySettings settings_;
    table::ServerConnections connections_;
};

/// Reads a reply: "name=value" lines up to an empty one; the value of `action`. Errors: none of
/// that name (permanent), above 64 KiB (too_long), and those of the stream.
Task<Result<std::string>> read_policy_action(event::Stream& server, Deadline deadline);

}  // namespace postern::smtpd
