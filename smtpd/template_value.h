// Values in templates of replies (smtpd_expansion_filter).
#pragma once

#include <string>
#include <string_view>

namespace postern::smtpd {

/// What comes from outside is no template itself: its `$` stands for itself, as `$$` here, and a
/// character that is not among `allowed` becomes `_`.
inline std::string template_value(std::string_view text, std::string_view allowed) {
    std::string value;
    for (const char c : text) {
        const bool is_allowed = allowed.find(c) != std::string_view::npos;
        value += is_allowed ? c : '_';
        if (is_allowed && c == '$') value += '$';
    }
    return value;
}

}  // namespace postern::smtpd
