// mbox: all messages of a user in one file, each after a "From " line.
#pragma once

#include "lib/base/clock.h"
#include "lib/config/config.h"
#include "lib/delivery/copy.h"
#include "lib/delivery/mailbox_lock.h"

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::delivery {

struct MboxSettings {
    /// deliver_lock_attempts and so on, and the locks that `lock_parameter` names. Error: a lock
    /// that is none.
    static Result<MboxSettings> from(const config::Config& config, std::string_view lock_parameter);

    std::vector<MailboxLock> locks;
    LockAttempts attempts;
    /// Where no dotlock can be made since the folder is closed to us: a failure, or the other locks
    /// must do.
    bool needs_dotlock = true;
    std::optional<uid_t> owner;        ///< strict_mailbox_ownership: it must own the file
    config::ByteCount size_limit = 0;  ///< of the file; 0: none
};

/// "From sender  Tue Nov 24 15:09:01 2026", with its line end.
std::string from_line(std::string_view sender, WallTime now);

/// Appends a message. `head` are our header fields; `sender` stands in the "From " line. With the
/// rights of whoever owns the mailbox. What was written of a failed delivery is cut off again. A
/// file that is none of a disk (/dev/null) is written to, not locked. Warnings tell of locks that
/// must be done without, and what to do about a file of another. Errors, worded for whoever reads
/// the bounce: too_long, the file would exceed its limit or a quota; temporary for locks, a full
/// disk, another owner; permanent when it cannot be opened or made.
Written append_to_mbox(const std::string& path, std::string_view sender, std::string head,
                       queue::ContentReader content, const MboxSettings& settings, WallTime now);

}  // namespace postern::delivery
