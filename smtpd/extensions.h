// The service extensions that EHLO announces.
#pragma once

#include "smtpd/session.h"

namespace postern::smtpd {

/// The reply to EHLO: our name, and a line for each extension that this client may use:
/// smtpd_discard_ehlo_keywords and smtpd_discard_ehlo_keyword_address_maps take some away.
Reply announcement(const Session& session);

/// Whether an extension is offered to this client.
bool offers(const Session& session, std::string_view keyword);

}  // namespace postern::smtpd
