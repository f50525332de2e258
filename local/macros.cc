// Macros; see the header.
#include "local/macros.h"

#include "lib/base/strings.h"
#include "lib/config/expansion.h"
#include "lib/mail/address.h"

#include <algorithm>
#include <optional>

namespace postern::local {

std::string restricted(std::string text, std::string_view allowed) {
    std::replace_if(
        text.begin(), text.end(), [&](char c) { return allowed.find(c) == allowed.npos; }, '_');
    return text;
}

Result<std::string> expand_macros(std::string_view text, const Stop& stop, const User* user,
                                  std::string_view allowed) {
    const auto parts = mail::split_address(stop.address);
    const auto value = [&](std::string_view name) -> std::optional<std::string> {
        if (name == "user") return stop.user;
        if (name == "home") return user ? user->home : "";
        if (name == "shell") return user ? user->shell : "";
        if (name == "recipient") return stop.address;
        if (name == "extension") return stop.extension;
        if (name == "domain") return std::string(parts.domain);
        if (name == "local") return std::string(parts.localpart);
        if (name == "recipient_delimiter") return stop.delimiter;
        return std::nullopt;
    };
    return config::expand(text, [&](std::string_view name) -> std::optional<std::string> {
        auto found = value(name);
        // What comes from outside is not expanded again.
        if (found) *found = replace_all(restricted(std::move(*found), allowed), "$", "$$");
        return found;
    });
}

bool names_extension(std::string_view text) {
    return text.find("extension") != text.npos && text.find("extension?") == text.npos &&
           text.find("extension:") == text.npos;
}

}  // namespace postern::local
