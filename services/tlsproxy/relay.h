// Carrying bytes between two connections until one of them ends.
#pragma once

#include "lib/event/stream.h"

namespace postern::tlsproxy {

/// Both ways at once; who does not take what is for it stops who sends it. Ends when either side has
/// closed and what it sent is delivered, or when nothing came from a side for `longest_silence`.
Task<void> relay(event::Stream& one, event::Stream& other, seconds longest_silence);

}  // namespace postern::tlsproxy
