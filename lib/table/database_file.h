// The file of a hash:, btree: or cdb: table as a reader takes it: under the lock that whoever
// rewrites it holds.
#pragma once

#include "lib/base/fd.h"

#include <string>

namespace postern::table {

struct DatabaseFile {
    Fd fd;                 ///< of the file, or of the copy
    uid_t owner = 0;
    std::string path() const;   ///< under which this process can open `fd` once more
};

/// Opens `path` and waits for a shared flock. The file that is at `path` when the lock is ours
/// is the one that comes back: it may have been replaced while we waited. The lock ends with
/// `fd`. Error: "open database PATH: ...".
Result<DatabaseFile> open_locked(const std::string& path);

/// A copy in memory, made under that lock. Nobody writes to it.
Result<DatabaseFile> copy_of(const std::string& path);

}  // namespace postern::table
