// REQUIRETLS; see the header.
#include "smtp/require_tls.h"

#include "lib/base/strings.h"
#include "lib/config/idna.h"
#include "smtp/session.h"

#include <fmt/format.h>

namespace postern::smtp {

namespace {

constexpr std::pair<std::string_view, RequireTls> actions[] = {
    {"disable", RequireTls::disable},
    {"opportunistic", RequireTls::opportunistic},
    {"opportunistic+starttls", RequireTls::opportunistic_starttls},
    {"enforce", RequireTls::enforce},
};

bool is_sent(const Session& session) { return session.tls && session.features.requiretls; }

bool has_match(const TlsPolicy& policy, const Session& session) {
    return tls::must_match(policy.level) && session.tls && session.tls->peer.is_matched;
}

/// By the name; in a table of fixed strings also by its parents, ".example".
Task<table::Found> look_up(table::Table& table, std::string name) {
    std::string key = std::move(name);
    for (;;) {
        auto found = co_await table.find(key);
        if (!found || *found) co_return found;
        const auto dot = key.find('.', 1);
        if (table.key_kind() != table::KeyKind::exact || dot == key.npos) co_return found;
        key.erase(0, dot);
    }
}

}  // namespace

std::optional<RequireTls> require_tls_named(std::string_view name) noexcept {
    for (const auto& [word, action] : actions)
        if (same(word, name)) return action;
    return std::nullopt;
}

std::string_view violation_of(RequireTls demanded, const TlsPolicy& policy, const Session& session) {
    if (demanded == RequireTls::disable || demanded == RequireTls::opportunistic) return "";
    if (policy.level == tls::Level::none) return "noencryption";
    if (!session.tls) return "nostarttls";
    if (demanded == RequireTls::opportunistic_starttls) return "";
    if (!has_match(policy, session)) return "nocertmatch";
    return session.features.requiretls ? "" : "none";
}

std::string require_tls_feature(RequireTls demanded, const TlsPolicy& policy, const Session* session) {
    if (demanded == RequireTls::disable) return "";
    if (!session) return "requiretls?";
    if (const auto why = violation_of(demanded, policy, *session); !why.empty())
        return fmt::format("!requiretls:{}", why);
    if (!is_sent(*session)) return "requiretls:none";
    return has_match(policy, *session) ? "requiretls" : "requiretls:nocertmatch";
}

Result<RequireTlsPolicy> RequireTlsPolicy::open(std::string_view value, table::Registry& registry) {
    RequireTlsPolicy policy;
    for (const std::string_view word : split_braced(value, ", \t\r\n")) {
        if (const auto action = require_tls_named(word)) policy.entries_.emplace_back(*action);
        else if (table::Registry::is_table_name(word)) policy.entries_.emplace_back(registry.open_or_unavailable(word));
        else return permanent(fmt::format("smtp_requiretls_policy: \"{}\" is no action and no table", printable(word)));
    }
    return policy;
}

Task<Result<RequireTls>> RequireTlsPolicy::find(std::string nexthop) const {
    const std::string key = config::domain_to_ascii(nexthop).value_or(nexthop);
    for (const auto& entry : entries_) {
        if (const auto* action = std::get_if<RequireTls>(&entry)) co_return *action;
        auto found = co_await look_up(*std::get<1>(entry), key);
        if (!found) co_return found.error().in("smtp_requiretls_policy");
        if (!*found) continue;
        const auto action = require_tls_named(trim(**found));
        if (action) co_return *action;
        co_return permanent(fmt::format("smtp_requiretls_policy, \"{}\": \"{}\" is no action", key, printable(**found)));
    }
    co_return RequireTls::enforce;
}

}  // namespace postern::smtp
