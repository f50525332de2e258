// The argument of MAIL and RCPT: "FROM:<address> parameters".
#pragma once

#include "lib/mail/smtp_path.h"
#include "smtpd/session.h"

#include <optional>
#include <string_view>
#include <variant>

namespace postern::smtpd {

/// What follows `keyword` ("FROM:"), trimmed; nothing when something else stands there.
std::optional<std::string_view> after_keyword(std::string_view arguments, std::string_view keyword);

/// The path, or the refusal `bad_syntax`, logged as a warning that names the command.
std::variant<mail::PathArgument, Reply> take_path(const Session& session, std::string_view text,
                                                  std::string_view command, bool allow_empty,
                                                  Reply bad_syntax);
/// strict_smtputf8: who has not asked for SMTPUTF8 must not send such an address.
std::optional<Reply> undeclared_utf8(const Session& session, std::string_view address,
                                     bool is_declared);
/// Warns of "Illegal address syntax from CLIENT in COMMAND command: PATH".
void warn_of_syntax(const Session& session, std::string_view command, std::string_view path);

}  // namespace postern::smtpd
