// The reasons.
#include "tools/postfix/without_effect.h"

#include <algorithm>
#include <array>
#include <utility>

namespace postern::postfix {

namespace {

using Row = std::pair<std::string_view, std::string_view>;

constexpr std::string_view kept_in_smtp =
    "smtp and lmtp keep their connections themselves, and ask no service for them";
constexpr std::string_view one_connection =
    "daemons share a few connections, which cost nothing while nobody asks anything";

constexpr auto rows = std::to_array<Row>({
    {"connection_cache_protocol_timeout", kept_in_smtp},
    {"connection_cache_service_name", kept_in_smtp},
    {"fault_injection_code", "it makes tests fail that are in the sources of Postfix"},
    {"non_bdb_migration_service_name",
     "\"postfix non-bdb enable-reindex\" makes the tables itself, at once"},
    {"ipc_idle", one_connection},
    {"ipc_ttl", one_connection},
});

}  // namespace

std::string_view reason_without_effect(std::string_view parameter) {
    const auto found = std::ranges::find(rows, parameter, &Row::first);
    return found == rows.end() ? "" : found->second;
}

}  // namespace postern::postfix
