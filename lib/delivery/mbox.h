// mbox: all messages of a user in one file, each after a "From " line.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/delivery/mailbox_lock.h"
#include "lib/queue/content.h"

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace postern::delivery {

struct MboxSettings {
    std::vector<MailboxLock> locks;
    LockAttempts attempts;
    std::uint64_t size_limit = 0;  ///< mailbox_size_limit; 0: none
    std::optional<uid_t> owner;    ///< strict_mailbox_ownership: it must own the file
    bool may_be_special = false;   ///< /dev/null and the like, in aliases
};

/// Appends a message. `head` are our header fields; `sender` stands in the "From " line. With the
/// rights of whoever owns the mailbox. What was written of a failed delivery is cut off again.
/// Errors: too_long when the file would exceed its limit; temporary for locks and a full disk;
/// permanent when it is not the kind of file or owner that it must be.
Result<void> append_to_mbox(const std::string& path, std::string_view sender, std::string head,
                            queue::ContentReader content, const MboxSettings& settings,
                            WallTime now);

}  // namespace postern::delivery
