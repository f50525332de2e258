// Who a thread is, where it is not who its process is.
#pragma once

#include "lib/service/identity.h"

namespace postern::service {

/// Effective ids of the calling thread alone, from whomever it was before to whomever it is needed
/// as next, and no further groups; no system call where that is the same. What cannot be changed
/// ends the process, since going on with the wrong rights would be worse. The process has root in
/// reserve.
void become_in_thread(Identity identity);

}  // namespace postern::service
