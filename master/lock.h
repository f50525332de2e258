// One master for a queue directory and a data directory: the locks that say so, which other
// versions of the mail system take as well.
#pragma once

#include "lib/base/fd.h"
#include "lib/service/identity.h"

#include <string>

namespace postern::master {

/// Holds both locks while it lives. The first file has our process id.
class InstanceLock {
public:
    /// master.pid in `process_id_folder` (process_id_directory below queue_directory), then
    /// master.lock in `data_directory`, with the rights of `owner`. Errors: somebody holds one of them; files that cannot be opened.
    static Result<InstanceLock> take(const std::string& process_id_folder,
                                     const std::string& data_directory, service::Identity owner);

    /// Whether a master runs on the queue directory that this folder lies in: somebody holds the
    /// lock.
    static Result<bool> is_held(const std::string& process_id_folder);

private:
    InstanceLock(Fd process_file, Fd data_lock)
        : process_file_(std::move(process_file)), data_lock_(std::move(data_lock)) {}
    Fd process_file_, data_lock_;
};

}  // namespace postern::master
