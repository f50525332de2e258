// The heap; see the header.
#include "lib/service/heap.h"

#include <malloc.h>

namespace postern::service {

void keep_heap() {
    constexpr int kept = 1 << 20;
    ::mallopt(M_TRIM_THRESHOLD, kept);
    // With a threshold of ours malloc no longer adapts this one, beyond which a block is a mapping.
    ::mallopt(M_MMAP_THRESHOLD, kept);
}

void trim_heap() { ::malloc_trim(0); }

}  // namespace postern::service
