// Sendmail's macros, which tell milters what they do not see of the session: j, {client_addr} ...
#pragma once

#include "lib/config/config.h"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::milter {

/// For which macros are sent; the first seven in the order in which a milter numbers them when it
/// says itself which ones it wants.
enum class Stage { connect, helo, mail, rcpt, data, end_of_message, end_of_header, unknown };
inline constexpr std::size_t stage_count = 8;

/// The names for each stage (milter_connect_macros ...).
using MacroLists = std::array<std::vector<std::string>, stage_count>;
MacroLists macro_lists(const config::Config& config);

/// "{mail_addr}" for "mail_addr", "i" for "{i}": a name of one letter stands alone, a longer one in
/// braces.
std::string macro_name(std::string_view listed);

/// The value of a macro now: "j", "{client_addr}"; nothing where it has none.
using MacroSource = std::function<std::optional<std::string>(std::string_view name)>;

/// `source`, and milter_macro_defaults for what it does not know: "name=value", "{ name = value }".
MacroSource with_defaults(MacroSource source, const config::Config& config);

}  // namespace postern::milter
