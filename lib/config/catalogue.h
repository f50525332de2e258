// Every parameter that Postern knows: those of postconf(5), each declared once, in the files of
// lib/config/catalogue.
#pragma once

#include "lib/config/parameter.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace postern::config {

/// All, in the order of their names (ASCII).
std::span<const Parameter> catalogue();

/// nullptr: no such parameter.
const Parameter* find_parameter(std::string_view name);

/// The suffixes that a transport or service may put behind its own name, with the parameter that
/// counts when it does not: "destination_concurrency_limit" falls back to
/// "default_destination_concurrency_limit", "time_limit" to "command_time_limit".
struct Family {
    std::string_view suffix;
    std::string_view fallback;
};
std::span<const Family> families();
const Family* find_family(std::string_view suffix);
/// The family of "relay_destination_concurrency_limit" and the like; nullptr for other names.
const Family* family_of(std::string_view name);

/// The known name that `name` is most like, if one is near enough to be meant.
std::string_view nearest_name(std::string_view name);

}  // namespace postern::config
