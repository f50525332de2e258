// postfix non-bdb: away from Berkeley DB (postfix-non-bdb(1)).
#pragma once

#include "tools/postfix/instance.h"

namespace postern::postfix {

/// status, disable, enable-redirect, enable-reindex. The exit status; ends the process with a line
/// that says why it did not do what it was asked to.
int non_bdb(const Instance& instance);

}  // namespace postern::postfix
