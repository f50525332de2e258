// The heap of a daemon that is busy at times.
#pragma once

namespace postern::service {

/// From now on what is freed is kept for what comes next, up to a megabyte at the end of the heap:
/// malloc by itself gives it back as soon as it is 128 KiB, and every page that it asks for again
/// is a fault. Sessions that hold buffers for a moment, as TLS does, would pay that all the time.
void keep_heap();

/// Gives all that is free back to the system, wherever it lies.
void trim_heap();

}  // namespace postern::service
