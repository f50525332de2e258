// $name in forward_path, luser_relay and command_execution_directory: what is known of a recipient.
#pragma once

#include "lib/base/result.h"
#include "local/stop.h"

#include <string>
#include <string_view>

namespace postern::local {

/// $user $home $shell $recipient $extension $domain $local $recipient_delimiter, and the forms of
/// lib/config/expansion.h. `user`: null for a stranger. What a sender can choose has only the
/// characters of `allowed`, others become "_". Error: permanent, a mistake in main.cf.
Result<std::string> expand_macros(std::string_view text, const Stop& stop, const User* user,
                                  std::string_view allowed);
/// Whether it gives the extension, not only asks whether there is one ("${extension?text}").
bool names_extension(std::string_view text);

/// Characters that are not in `allowed` become "_".
std::string restricted(std::string text, std::string_view allowed);

}  // namespace postern::local
