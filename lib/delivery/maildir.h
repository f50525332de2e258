// Maildir: one file a message (maildir(5)).
#pragma once

#include "lib/base/clock.h"
#include "lib/config/config.h"
#include "lib/delivery/copy.h"

#include <sys/types.h>

#include <optional>
#include <string>

namespace postern::delivery {

struct Maildir {
    std::string directory;  ///< without a slash at its end
    std::string host;       ///< stands in the names of files
    /// The queue's file system. One file system writes the name of the message before it forgets
    /// the queue file; elsewhere the folder is synced, too.
    std::optional<dev_t> queue_device;
    config::ByteCount size_limit = 0;  ///< of a file; 0: none
};

/// The file system of the working directory, which is the queue.
std::optional<dev_t> queue_device();

/// Puts a message into DIRECTORY/new, by way of DIRECTORY/tmp; makes the folders (mode 0700) when
/// they are missing. The file is synced before its rename. With the rights of whoever owns the
/// mailbox; warnings say what to do where they do not suffice. Errors: too_long, the size limit of
/// files, or a quota.
Written deliver_to_maildir(const Maildir& maildir, std::string head, queue::ContentReader content,
                           WallTime now);

}  // namespace postern::delivery
