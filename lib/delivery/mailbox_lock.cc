// Mailbox locks; see the header.
#include "lib/delivery/mailbox_lock.h"

#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

namespace postern::delivery {

namespace {

/// Removes a lock that its owner must have forgotten.
bool remove_stale(const std::string& path, seconds stale_after) {
    auto status = status_of_path(path);
    if (!status || !*status) return false;
    const auto now = to_unix(system_clock().wall());
    return now - (*status)->st_mtime > stale_after.count() && ::unlink(path.c_str()) == 0;
}

bool try_once(int fd, MailboxLock kind) {
    if (kind == MailboxLock::flock) return ::flock(fd, LOCK_EX | LOCK_NB) == 0;
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    return ::fcntl(fd, F_SETLK, &whole) == 0;
}

}  // namespace

const std::vector<std::string>& mailbox_lock_names() {
    static const std::vector<std::string> names{"fcntl", "flock", "dotlock"};
    return names;
}

Result<std::vector<MailboxLock>> parse_mailbox_locks(const std::vector<std::string>& names) {
    std::vector<MailboxLock> locks;
    for (const std::string& name : names) {
        const auto& known = mailbox_lock_names();
        const auto found = std::find(known.begin(), known.end(), name);
        if (found == known.end())
            return permanent(fmt::format("unknown mailbox lock \"{}\"", name));
        locks.push_back(static_cast<MailboxLock>(found - known.begin()));
    }
    return locks;
}

Result<DotLock> DotLock::take(const std::string& path, const LockAttempts& attempts) {
    const std::string name = path + ".lock";
    for (int attempt = 1;; ++attempt) {
        if (open_file(name, O_WRONLY | O_CREAT | O_EXCL, 0600)) return DotLock(name);
        Error error = system_error("unable to create lock file " + name);
        if (errno != EEXIST) return error;
        if (remove_stale(name, attempts.stale_after)) continue;
        if (attempt >= attempts.attempts) return temporary(std::move(error.text));
        std::this_thread::sleep_for(attempts.delay);
    }
}

DotLock::~DotLock() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> lock_file(int fd, MailboxLock kind, const LockAttempts& attempts) {
    for (int attempt = 1; !try_once(fd, kind); ++attempt) {
        const Error error = system_error("unable to lock for exclusive access");
        const bool is_held = errno == EAGAIN || errno == EACCES || errno == EINTR;
        if (!is_held || attempt >= attempts.attempts) return temporary(error.text);
        std::this_thread::sleep_for(attempts.delay);
    }
    return success();
}

}  // namespace postern::delivery
