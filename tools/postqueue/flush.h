// Asks the mail system to try deferred mail now.
#pragma once

#include "lib/base/result.h"
#include "lib/event/loop.h"

#include <string>

namespace postern::postqueue {

/// All in the sockets below public/ of the working directory. Errors: what people are told.
Result<void> flush_all(event::Loop& loop, seconds wait);
Result<void> flush_message(event::Loop& loop, const std::string& queue_id, seconds wait);
Result<void> flush_site(event::Loop& loop, const std::string& site, seconds wait);

}  // namespace postern::postqueue
