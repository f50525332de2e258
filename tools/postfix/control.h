// start, stop and what lies between.
#pragma once

#include "tools/postfix/instance.h"

namespace postern::postfix {

// Each is the exit status of the command, or ends the process with a line that says why it did not
// do what it was asked to.
int start(const Instance& instance);
int start_in_foreground(const Instance& instance);   ///< returns only when it fails
int stop(const Instance& instance);
int abort(const Instance& instance);
int reload(const Instance& instance);
int flush(const Instance& instance);
int status(const Instance& instance);
int check(const Instance& instance);

}  // namespace postern::postfix
