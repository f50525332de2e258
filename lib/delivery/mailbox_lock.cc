// Mailbox locks; see the header.
#include "lib/delivery/mailbox_lock.h"

#include "lib/delivery/lock_holder.h"

#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <thread>

namespace postern::delivery {

namespace {

bool is_old(const struct stat& status, seconds stale_after) {
    return to_unix(system_clock().wall()) - status.st_mtime > stale_after.count();
}

bool is_still_at(const std::string& path, const struct stat& status) {
    const auto there = status_of_path(path);
    return there && *there && (*there)->st_ino == status.st_ino &&
           (*there)->st_dev == status.st_dev;
}

/// Removes a lock that its owner must have forgotten, or died with. Of two that find it so, one
/// removes it and the other sees under its lock that the name is another file by now.
bool remove_stale(const std::string& path, seconds stale_after) {
    const auto file = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!file) {  // not ours to read: its age must do
        const auto there = status_of_path(path);
        return there && *there && is_old(**there, stale_after) && ::unlink(path.c_str()) == 0;
    }
    const auto held = try_lock(file->get(), LockKind::exclusive, path);
    const auto status = status_of(file->get(), path);
    if (!held || !*held || !status) return false;
    std::array<char, HOST_NAME_MAX + 200> buffer;
    const auto length = read_at(file->get(), buffer, 0, path);
    const bool is_forgotten =
        is_old(*status, stale_after) || (length && is_orphaned({buffer.data(), *length}));
    return is_forgotten && is_still_at(path, *status) && ::unlink(path.c_str()) == 0;
}

bool try_once(int fd, MailboxLock kind) {
    if (kind == MailboxLock::flock) return ::flock(fd, LOCK_EX | LOCK_NB) == 0;
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    // Of the open file, since another thread of ours may deliver to the same mailbox; the locks of
    // other processes are respected, and hold against them, as with those of a process.
    return ::fcntl(fd, F_OFD_SETLK, &whole) == 0;
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
        if (auto file = open_file(name, O_WRONLY | O_CREAT | O_EXCL, 0600)) {
            DotLock lock(name);
            // Without it, on a full disk, the lock holds; it only counts as forgotten later.
            std::ignore = write_all(file->get(), lock_holder(), name);
            return lock;
        }
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
