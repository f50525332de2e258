// What the right-hand side of an alias, an :include: file or a .forward file sends mail to
// (aliases(5)).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::local {

struct Target {
    enum class Kind {
        address,  ///< an address, in internal form
        file,     ///< /path
        command,  ///< |command
        include,  ///< :include:/path
    } kind = Kind::address;
    std::string text;  ///< without what marks the kind
};

/// A list separated by commas or line ends; "#" begins a comment at the start of a line; a
/// quoted item may hold anything.
std::vector<Target> parse_targets(std::string_view text);

}  // namespace postern::local
