// What a check has found: what several parts of it see is told once.
#pragma once

#include "lib/base/log.h"

#include <set>
#include <string>
#include <utility>

namespace postern::postfix {

class Findings {
public:
    explicit Findings(Log log) : log_(log) {}

    template <class... Arguments>
    void warn(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        const std::string text = fmt::format(format, std::forward<Arguments>(arguments)...);
        if (told_.insert(text).second) log_.warning("{}", text);
    }

private:
    Log log_;
    std::set<std::string> told_;
};

}  // namespace postern::postfix
