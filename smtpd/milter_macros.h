// Sendmail's macros, as far as a session knows them (MILTER_README).
#pragma once

#include "smtpd/session.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::smtpd {

/// The value that a macro has now: "i", "{client_addr}"; nothing where it has none, or is not one
/// of a session.
std::optional<std::string> session_macro(const Session& session, std::string_view name);

}  // namespace postern::smtpd
