// How master leaves the terminal of whoever started it.
#pragma once

#include "lib/base/fd.h"
#include "master/options.h"

namespace postern::master {

/// With -w the caller's process stays behind, waits, and ends with status 0 when ready() was
/// called, with 1 when we ended before, or did not get ready in time. Made before anything else: it
/// forks.
class Background {
public:
    explicit Background(const Options& options);
    /// Everything is open: whoever waits may go.
    void ready();

private:
    Fd waiting_;
};

/// Standard input, output and error to /dev/null, as far as the options do not keep them.
void close_standard_files(const Options& options);

}  // namespace postern::master
