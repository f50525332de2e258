// The parameters of MAIL and RCPT (RFC 1870, 3461, 6152, 6531, 8689; XVERP).
#pragma once

#include "smtpd/session.h"

#include <optional>
#include <string_view>

namespace postern::smtpd {

/// Takes the parameters into `taken`; the reply when one of them is refused.
std::optional<Reply> take_mail_parameters(const Session& session, std::string_view text,
                                          MailParameters& taken);
/// The same for RCPT; without ORCPT, the address itself is the original recipient.
std::optional<Reply> take_rcpt_parameters(const Session& session, std::string_view text,
                                          AcceptedRecipient& taken);

}  // namespace postern::smtpd
