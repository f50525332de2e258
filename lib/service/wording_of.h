// How a program words its events, as main.cf says it.
#pragma once

#include "lib/config/config.h"
#include "lib/report/wording.h"

namespace postern::service {

report::Wording wording(const config::Config& config);

}  // namespace postern::service
