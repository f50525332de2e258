// The reasons.
#include "tools/postfix/without_effect.h"

#include <algorithm>
#include <array>
#include <utility>

namespace postern::postfix {

namespace {

using Row = std::pair<std::string_view, std::string_view>;

constexpr std::string_view one_connection =
    "daemons share a few connections, which cost nothing while nobody asks anything";

constexpr std::string_view seeded_by_openssl =
    "OpenSSL takes its randomness from the system, and gives each process its own";

/// Names, and beginnings of names.
constexpr auto rows = std::to_array<Row>({
    {"non_bdb_migration_service_name",
     "\"postfix non-bdb enable-reindex\" makes the tables itself, at once"},
    {"ipc_idle", one_connection},
    {"ipc_ttl", one_connection},
    {"lmtp_tlsrpt_", "it needs the library libtlsrpt, which Debian 12 has not"},
    {"smtp_tlsrpt_", "it needs the library libtlsrpt, which Debian 12 has not"},
    {"tls_daemon_random_bytes", seeded_by_openssl},
});

}  // namespace

bool is_ignored_by_design(std::string_view parameter) {
    return parameter.ends_with("_tls_dh512_param_file") ||  // for export ciphers, until 3.6
           parameter == "dns_ncache_ttl_fix_enable" ||      // for a libc that we do not ask
           parameter == "fault_injection_code" ||           // for the test suite of Postfix
           parameter == "qmgr_fudge_factor";                // for its old queue manager
}

std::string_view reason_without_effect(std::string_view parameter) {
    const auto found = std::ranges::find_if(
        rows, [parameter](const Row& row) { return parameter.starts_with(row.first); });
    return found == rows.end() ? "nothing here reads it" : found->second;
}

}  // namespace postern::postfix
