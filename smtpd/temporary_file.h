// A file without a name in the queue's file system, for what is too big to keep in memory.
#pragma once

#include "lib/base/fd.h"
#include "lib/event/pool.h"
#include "lib/queue/spool.h"

#include <memory>
#include <string>

namespace postern::smtpd {

/// Grows at its end; gone when nobody has it open. Every operation waits in a thread of the disk.
class TemporaryFile {
public:
    TemporaryFile(event::Pool& disk, const queue::Spool& spool) : disk_(disk), spool_(spool) {}

    /// Before all else. Errors: temporary, naming the folder.
    Task<Result<void>> open();
    Task<Result<void>> append(std::string bytes);
    /// A piece that begins at `offset`; "" at the end.
    Task<Result<std::string>> read(off_t offset) const;

private:
    event::Pool& disk_;
    const queue::Spool& spool_;
    std::shared_ptr<Fd> file_;  // shared with jobs, which end later than a wait that is given up
};

}  // namespace postern::smtpd
