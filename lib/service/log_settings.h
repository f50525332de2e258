// Where the log goes, as main.cf says it.
#pragma once

#include "lib/base/open_log.h"
#include "lib/config/config.h"

namespace postern::service {

LogSettings log_settings(const config::Config& config);

}  // namespace postern::service
