// Lists of users; see the header.
#include "lib/service/authorized_users.h"

#include "lib/base/strings.h"
#include "lib/table/list_pattern.h"
#include "lib/table/registry.h"

#include <pwd.h>

#include <variant>

namespace postern::service {
namespace {

Task<Result<bool>> matches(const table::ListPattern& pattern, std::string user) {
    if (const auto* name = std::get_if<std::string>(&pattern.what)) co_return same(*name, user);
    auto found = co_await std::get<std::shared_ptr<table::Table>>(pattern.what)->find(user);
    if (!found) co_return found.error();
    co_return found->has_value();
}

}  // namespace

std::string user_name(uid_t user) {
    const passwd* entry = getpwuid(user);
    return entry ? entry->pw_name : "unknown";
}

Result<bool> is_authorized(const config::Config& config, std::string_view parameter,
                           std::string_view user, event::Loop& loop) {
    table::Surroundings surroundings;
    surroundings.loop = &loop;
    table::Registry registry(config, std::move(surroundings));
    const auto list = table::read_list_patterns(config.text(parameter), registry);
    if (!list) return list.error().in(parameter);
    for (const table::ListPattern& pattern : list->patterns) {
        auto matched = loop.run(matches(pattern, std::string(user)));
        if (!matched) return matched.error().in(parameter);
        if (*matched) return !pattern.is_excluded;
    }
    return false;
}

}  // namespace postern::service
