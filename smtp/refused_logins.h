// Logins that a server has refused, so that it is not asked again and again with the same password
// (smtp_sasl_auth_cache_name).
//
// An entry: "host;SHA-256 of host, user and password, each ended by a zero byte"; the second since
// 1970 until which it counts, a semicolon, and the server's reply.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/sasl/client.h"
#include "lib/table/proxy_backend.h"
#include "smtp/reply.h"

#include <optional>
#include <string>

namespace postern::smtp {

class RefusedLogins {
public:
    /// `table` is what follows "proxy:". References outlive it.
    RefusedLogins(table::ProxyBackend& proxy, std::string table, seconds lifetime, const Clock& clock, Log log)
        : proxy_(proxy), table_(std::move(table)), lifetime_(lifetime), clock_(clock), log_(log) {}

    static std::string key_of(std::string_view host, const sasl::Credentials& credentials);

    /// What the server said last time; nothing: it has not refused, or too long ago. A table that
    /// fails is logged: the login is tried.
    Task<std::optional<Reply>> find(std::string key) const;
    Task<void> add(std::string key, std::string reply) const;

private:
    table::ProxyBackend& proxy_;
    const std::string table_;
    const seconds lifetime_;
    const Clock& clock_;
    const Log log_;
};

}  // namespace postern::smtp
