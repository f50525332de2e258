// The actions of -e: instances are made, taken in, given up, removed, and change their state.
#pragma once

#include "lib/base/log.h"
#include "tools/postmulti/instances.h"

namespace postern::postmulti {

/// Performs options.action; the primary's main.cf, and that of the instance, are changed. Errors
/// say what was not done and why.
Result<void> edit(const std::vector<Instance>& instances, const Options& options, const Log& log);

}  // namespace postern::postmulti
