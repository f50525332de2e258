// mbox: all messages of a user in one file, each after a "From " line.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/config/config.h"
#include "lib/delivery/mailbox_lock.h"
#include "lib/queue/content.h"

#include <sys/resource.h>
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
    std::optional<uid_t> owner;  ///< strict_mailbox_ownership: it must own the file
};

/// "From sender  Tue Nov 24 15:09:01 2026", with its line end.
std::string from_line(std::string_view sender, WallTime now);

/// Appends a message, and gives the offset at which it begins. `head` are our header fields;
/// `sender` stands in the "From " line. With the rights of whoever owns the mailbox. What was
/// written of a failed delivery is cut off again. A file that is none of a disk (/dev/null) is
/// written to, not locked. `log` hears of locks that must be done without, and what to do about a
/// file of another. Errors, worded for whoever reads the bounce: too_long, the file would exceed
/// its limit or a quota; temporary for locks, a full disk, another owner; permanent when it cannot
/// be opened or made.
Result<off_t> append_to_mbox(const std::string& path, std::string_view sender, std::string head,
                             queue::ContentReader content, const MboxSettings& settings,
                             WallTime now, const Log& log);

/// While it lives, this process and its commands write no file above `limit` bytes (0: none): how
/// mailbox_size_limit bounds whatever a delivery writes to. Writing fails with EFBIG, "File too
/// large". Not for the whole life of a process, which writes other things as well (copies of
/// tables, the log).
class FileSizeLimit {
public:
    explicit FileSizeLimit(config::ByteCount limit);
    ~FileSizeLimit();
    FileSizeLimit(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
};

}  // namespace postern::delivery
