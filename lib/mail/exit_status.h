// What the exit status of a delivery command means (sysexits.h).
#pragma once

#include "lib/mail/status_code.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::mail {

struct ExitMeaning {
    StatusCode status;
    std::string_view text;  ///< "user unknown"
};

/// Nothing for a status that is not in sysexits.h (the caller says "command died with ...").
std::optional<ExitMeaning> exit_meaning(int status) noexcept;

}  // namespace postern::mail
