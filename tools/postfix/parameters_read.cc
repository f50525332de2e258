// The table that the build makes.
#include "tools/postfix/parameters_read.h"

#include <algorithm>
#include <iterator>

namespace postern::postfix {

namespace {

struct Row {
    std::string_view parameter, rooms;
};

/// Sorted by name.
constexpr Row table[] = {
#include "tools/postfix/parameters_read.inc"
};

}  // namespace

std::string_view readers_of(std::string_view parameter) {
    const auto found = std::ranges::lower_bound(table, parameter, {}, &Row::parameter);
    return found != std::end(table) && found->parameter == parameter ? found->rooms : "";
}

std::vector<std::string_view> unread_parameters() {
    std::vector<std::string_view> names;
    for (const Row& row : table)
        if (row.rooms.empty()) names.push_back(row.parameter);
    return names;
}

}  // namespace postern::postfix
