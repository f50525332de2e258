// Removing an instance from the disk.
#pragma once

#include "lib/base/log.h"
#include "tools/postmulti/instances.h"

namespace postern::postmulti {

/// What keeps it from being removed: it is enabled, it runs, or its queue has messages. Error:
/// permanent, which of these.
Result<void> may_be_removed(const Instance& instance);

/// Removes what belongs to the mail system from its queue, data and configuration directories, and
/// these, where nothing else is in them; a warning names each directory that stays.
void remove(const Instance& instance, const Log& log);

}  // namespace postern::postmulti
