// Checks requests against proxy_read_maps and proxy_write_maps.
#include "services/proxymap/approved_tables.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::proxymap {

namespace {

constexpr std::string_view by_proxy = "proxy:";

}  // namespace

ApprovedTables::ApprovedTables(std::string parameter, std::string_view value)
    : parameter_(std::move(parameter)) {
    add(value);
}

void ApprovedTables::add(std::string_view value) {
    for (auto piece : split_braced(value)) {
        if (piece.starts_with('{') && piece.ends_with('}')) {
            add(piece.substr(1, piece.size() - 2));
            continue;
        }
        if (!piece.starts_with(by_proxy)) continue;
        while (piece.starts_with(by_proxy)) piece.remove_prefix(by_proxy.size());
        names_.emplace(piece);
    }
}

Result<void> ApprovedTables::check(const std::string& table) const {
    if (names_.contains(table)) return success();
    return permanent(fmt::format(
        "request for unapproved table: \"{}\"; to approve it, list proxy:{} in {}",
        printable(table), printable(table), parameter_));
}

}  // namespace postern::proxymap
