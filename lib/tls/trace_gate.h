// How many trace files may be written (tls_trace_rate_limit): lib/service asks anvil, which counts
// those of all daemons.
#pragma once

#include "lib/event/task.h"

namespace postern::tls {

class TraceGate {
public:
    virtual ~TraceGate() = default;
    /// Counts one more; false: there have been enough.
    virtual Task<bool> may_begin() = 0;
};

}  // namespace postern::tls
