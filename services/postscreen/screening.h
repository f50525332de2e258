// What happens to a client, from its connection on (POSTSCREEN_README): the permanent list, the
// temporary allowlist, the tests, and then smtpd or our own dialogue.
#pragma once

#include "services/postscreen/visit.h"

namespace postern::postscreen {

/// Screens one client until it is with smtpd, or gone. Results are in the cache then.
Task<void> screen(const House& house, service::Session accepted, Reporter reporter);

/// Whether an entry of the cache may stay: it is a record, of which what was passed has not all
/// been over for longer than `retention`.
bool is_of_use(const Settings& settings, std::string_view value, std::int64_t now);

}  // namespace postern::postscreen
