// Which restriction lists are evaluated when (SMTPD_ACCESS_README, "Delayed evaluation").
#pragma once

#include "smtpd/session.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::smtpd {

/// All lists that are due at RCPT: with smtpd_delay_reject also those of client, HELO and sender.
Task<std::optional<Reply>> check_recipient(Session& session, const std::string& recipient);
/// Those due at one of the other moments. Nothing: not refused.
Task<std::optional<Reply>> check_connection(Session& session);
Task<std::optional<Reply>> check_helo(Session& session, std::string_view command);
Task<std::optional<Reply>> check_sender(Session& session);
/// At DATA or the first BDAT.
Task<std::optional<Reply>> check_data(Session& session);
Task<std::optional<Reply>> check_end_of_data(Session& session);
Task<std::optional<Reply>> check_etrn(Session& session, const std::string& site);
Task<std::optional<Reply>> check_vrfy(Session& session, const std::string& recipient);

}  // namespace postern::smtpd
