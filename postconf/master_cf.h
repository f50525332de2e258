// postconf on master.cf: shows and changes services (-M), their fields (-F) and parameters (-P).
#pragma once

#include "postconf/main_cf.h"
#include "postconf/options.h"

namespace postern::postconf {

Result<void> show_services(const Options& options, Warn warn);
Result<void> edit_services(const Options& options, Warn warn);

}  // namespace postern::postconf
