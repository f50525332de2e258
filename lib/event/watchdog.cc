// The watchdog; see the header.
#include "lib/event/watchdog.h"

#include <unistd.h>

namespace postern::event {

Watchdog::Watchdog(Loop& loop, seconds timeout) : loop_(loop), timeout_(timeout) { put_off(); }

Watchdog::~Watchdog() { ::alarm(0); }

void Watchdog::put_off() {
    ::alarm(static_cast<unsigned>(timeout_.count()));
    loop_.set(*this, loop_.in(milliseconds(timeout_) / 2));
}

}  // namespace postern::event
