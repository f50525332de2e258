// Maildir: one file a message (maildir(5)).
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/queue/content.h"

#include <string>

namespace postern::delivery {

struct Maildir {
    std::string directory;     ///< without a slash at its end
    std::string host;          ///< stands in the names of files
    bool syncs_folder = true;  ///< it lies on another file system than the queue
};

/// Puts a message into DIRECTORY/new, by way of DIRECTORY/tmp; makes the folders (mode 0700) when
/// they are missing. The file is synced before its rename. With the rights of whoever owns the
/// mailbox. Errors name file and cause; too_long: the size limit of files, or a quota.
Result<void> deliver_to_maildir(const Maildir& maildir, std::string head,
                                queue::ContentReader content, WallTime now);

}  // namespace postern::delivery
