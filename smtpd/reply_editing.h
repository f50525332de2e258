// What becomes of a refusal on its way to the client; the log has it as it was.
#pragma once

#include "smtpd/session.h"

namespace postern::smtpd {

/// soft_bounce, then smtpd_reject_filter_maps, then smtpd_reject_footer_maps or
/// smtpd_reject_footer. Success passes unchanged. A table or template that cannot be used is
/// logged, and leaves the reply as it is.
Task<Reply> as_told(const Session& session, Reply reply);

/// The reply with a footer: "\n" in it begins a line; with "\c" at its start it continues the text.
Reply with_footer(Reply reply, std::string_view footer);

}  // namespace postern::smtpd
