// Locks on mbox files, which mail readers take too (mailbox_delivery_lock).
#pragma once

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/result.h"

#include <optional>
#include <string>
#include <vector>

namespace postern::delivery {

enum class MailboxLock { fcntl, flock, dotlock };

/// The names of postconf -l. Error: permanent, quoting the unknown name.
Result<std::vector<MailboxLock>> parse_mailbox_locks(const std::vector<std::string>& names);
const std::vector<std::string>& mailbox_lock_names();

struct LockAttempts {
    int attempts = 20;         ///< deliver_lock_attempts
    seconds delay{1};          ///< deliver_lock_delay
    seconds stale_after{500};  ///< stale_lock_time: an older dotlock is removed, whosever it is
};

/// PATH.lock, while it exists; it says which process of which host holds it, so that the lock of
/// one that was killed is taken over at once.
class DotLock {
public:
    /// Error: temporary, somebody else has it all the time, "...: File exists"; or it cannot be
    /// made: permanent when the folder is not there or not ours to write.
    static Result<DotLock> take(const std::string& path, const LockAttempts& attempts);
    DotLock(DotLock&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    DotLock& operator=(DotLock&&) = delete;
    ~DotLock();

private:
    explicit DotLock(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

/// The kernel's locks of an open file, tried as often as `attempts` says; given back when the
/// file is closed.
Result<void> lock_file(int fd, MailboxLock kind, const LockAttempts& attempts);

}  // namespace postern::delivery
