// The table of table types.
#include "lib/table/types.h"

#include <algorithm>

namespace postern::table {

namespace {

constexpr auto exact = KeyKind::exact;
constexpr auto pattern = KeyKind::pattern;

constexpr Type known_types[] = {
    {"btree", open_btree, exact, ".db"},
    {"cdb", open_cdb, exact, ".cdb"},
    {"cidr", open_cidr, pattern, ""},
    {"debug", open_debug, exact, nullptr},
    {"environ", open_environ, exact, nullptr},
    {"fail", open_fail, exact, nullptr},
    {"hash", open_hash, exact, ".db"},
    {"inline", open_inline, exact, nullptr},
    {"internal", open_internal, exact, nullptr},
    {"lmdb", open_lmdb, exact, ".lmdb"},
    {"pcre", open_pcre, pattern, ""},
    {"pipemap", open_pipemap, exact, nullptr},
    {"proxy", open_proxy, exact, nullptr},
    {"randmap", open_randmap, pattern, nullptr},
    {"regexp", open_regexp, pattern, ""},
    {"socketmap", open_socketmap, pattern, nullptr},
    {"static", open_static, exact, nullptr},
    {"tcp", open_tcp, pattern, nullptr},
    {"texthash", open_texthash, exact, ""},
    {"unionmap", open_unionmap, exact, nullptr},
    {"unix", open_unix, exact, nullptr},
};

}  // namespace

std::span<const Type> types() { return known_types; }

const Type* find_type(std::string_view name) {
    const auto* found = std::ranges::find(known_types, name, &Type::name);
    return found == std::end(known_types) ? nullptr : found;
}

}  // namespace postern::table
