// The NUL byte at the end of keys and values in files that Postfix's postmap wrote.
#pragma once

#include "lib/base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::table {

/// `text` without one NUL at its end.
std::string without_nul(std::string text);

/// Finds out from the first key that is found whether a file's keys end with a NUL, and then
/// tries only that. Give one to each open file.
class NulRule {
public:
    /// Calls `get`, which takes a key as it lies in the file and gives a
    /// Result<std::optional<std::string>>, with each form of `key` that is possible.
    template <class Get>
    Result<std::optional<std::string>> find(std::string_view key, const Get& get) {
        if (ends_with_nul_ != false) {
            auto found = get(std::string(key) + '\0');
            if (!found) return found;
            if (*found) {
                ends_with_nul_ = true;
                return std::optional(without_nul(std::move(**found)));
            }
        }
        if (ends_with_nul_ == true) return std::optional<std::string>();
        auto found = get(std::string(key));
        if (found && *found) ends_with_nul_ = false;
        return found;
    }
    std::optional<bool> ends_with_nul() const noexcept { return ends_with_nul_; }

private:
    std::optional<bool> ends_with_nul_;
};

}  // namespace postern::table
