// REQUIRETLS (RFC 8689): what is demanded of a server for mail whose sender asked that it travel over
// TLS only (smtp_requiretls_policy).
#pragma once

#include "lib/base/result.h"
#include "lib/event/task.h"
#include "lib/table/registry.h"
#include "smtp/tls_policy.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace postern::smtp {

class Session;

enum class RequireTls {
    disable,                  ///< the wish is not passed on
    opportunistic,            ///< passed on where the server takes it
    opportunistic_starttls,   ///< the same, but never in clear
    enforce,                  ///< TLS, a certificate that matches, and a server that passes it on
};
std::optional<RequireTls> require_tls_named(std::string_view name) noexcept;

/// Why a server must not have the mail, as the log calls it: "nostarttls", "noencryption",
/// "nocertmatch", "none" (it does not offer REQUIRETLS). "": it may.
std::string_view violation_of(RequireTls demanded, const TlsPolicy& policy, const Session& session);
/// The feature in the log: "requiretls", "requiretls:nocertmatch", "!requiretls:none". `session`
/// null: undecided, "requiretls?".
std::string require_tls_feature(RequireTls demanded, const TlsPolicy& policy, const Session* session);

/// smtp_requiretls_policy: actions and tables of actions, the first that applies.
class RequireTlsPolicy {
public:
    /// Error: permanent, a word that is neither.
    static Result<RequireTlsPolicy> open(std::string_view value, table::Registry& registry);

    /// For the next hop, without brackets and port. Without any match it is enforced. Errors:
    /// temporary, a table is down; permanent, it says what is no action.
    Task<Result<RequireTls>> find(std::string nexthop) const;

private:
    // Shared, as the registry opens each table once.
    std::vector<std::variant<RequireTls, std::shared_ptr<table::Table>>> entries_;
};

}  // namespace postern::smtp
