// Maildir: one file a message (maildir(5)).
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/queue/content.h"

#include <string>

namespace postern::delivery {

/// Puts a message into DIRECTORY/new, by way of DIRECTORY/tmp; makes the folders (mode 0700) when
/// they are missing. The file is synced before its rename, and so is the folder when
/// `syncs_folder` (it lies on another file system than the queue). With the rights of whoever
/// owns the mailbox. `host` is the name in the file name. Errors name file and cause.
Result<void> deliver_to_maildir(const std::string& directory, std::string head,
                                queue::ContentReader content, const std::string& host, WallTime now,
                                bool syncs_folder);

}  // namespace postern::delivery
