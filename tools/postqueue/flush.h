// Asks the mail system to try deferred mail now.
#pragma once

#include "lib/base/result.h"
#include "lib/event/loop.h"

#include <string>

namespace postern::postqueue {

/// By sockets below public/ of the working directory: `service` is queue_service_name for the
/// first, flush_service_name for the others. Errors: what people are told.
Result<void> flush_all(event::Loop& loop, const std::string& service, seconds wait);
Result<void> flush_message(event::Loop& loop, const std::string& service,
                           const std::string& queue_id, seconds wait);
Result<void> flush_site(event::Loop& loop, const std::string& service, const std::string& site,
                        seconds wait);

}  // namespace postern::postqueue
