// mbox delivery; see the header.
#include "lib/delivery/mbox.h"

#include "lib/base/fd.h"
#include "lib/delivery/copy.h"
#include "lib/mail/address.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace postern::delivery {

namespace {

/// Looked at after it was opened: a name can change its meaning between two calls.
Result<struct stat> checked(int fd, const std::string& path, const MboxSettings& settings) {
    auto status = status_of(fd, path);
    if (!status) return status;
    if (!S_ISREG(status->st_mode)) {
        if (settings.may_be_special) return status;
        return permanent(fmt::format("{}: destination is not a regular file", path));
    }
    if (status->st_nlink != 1)
        return permanent(fmt::format("{}: destination has {} links", path, status->st_nlink));
    if (settings.owner && status->st_uid != *settings.owner)
        return permanent(fmt::format("destination {} is not owned by recipient", path));
    return status;
}

Result<void> lock_all(int fd, const std::string& path, const MboxSettings& settings) {
    for (const MailboxLock kind : settings.locks) {
        if (kind == MailboxLock::dotlock) continue;  // taken before the file was opened
        if (auto locked = lock_file(fd, kind, settings.attempts, path); !locked) return locked;
    }
    return success();
}

std::string from_line(std::string_view sender, WallTime now) {
    return fmt::format("From {}  {}\n", sender.empty() ? "MAILER-DAEMON" : mail::external(sender),
                       ctime_text(now));
}

}  // namespace

Result<void> append_to_mbox(const std::string& path, std::string_view sender, std::string head,
                            queue::ContentReader content, const MboxSettings& settings,
                            WallTime now) {
    std::optional<DotLock> dot_lock;
    if (std::find(settings.locks.begin(), settings.locks.end(), MailboxLock::dotlock) !=
        settings.locks.end()) {
        auto taken = DotLock::take(path, settings.attempts);
        if (!taken) return taken.error();
        dot_lock.emplace(std::move(*taken));
    }
    auto file = open_file(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (!file) return file.error();
    auto before = checked(file->get(), path, settings);
    if (!before) return before.error();
    if (!S_ISREG(before->st_mode)) {
        auto copied = copy_message(from_line(sender, now) + head, std::move(content),
                                   FromLines::quoted, file->get(), path);
        return copied ? success() : Result<void>(copied.error());
    }
    if (auto locked = lock_all(file->get(), path, settings); !locked) return locked;
    auto start = status_of(file->get(), path);  // it may have grown while we waited
    if (!start) return start.error();

    auto append = [&]() -> Result<void> {
        auto copied = copy_message(from_line(sender, now) + head, std::move(content),
                                   FromLines::quoted, file->get(), path);
        if (!copied) return copied.error();
        if (auto done = write_all(file->get(), "\n", path); !done) return done;
        const auto size = static_cast<std::uint64_t>(start->st_size) + *copied + 1;
        if (settings.size_limit > 0 && size > settings.size_limit)
            return Error{Errc::too_long,
                         fmt::format("error writing message: {}: File too large", path)};
        if (::fsync(file->get()) != 0) return system_error("fsync " + path);
        return success();
    };
    auto done = append();
    if (!done) std::ignore = ::ftruncate(file->get(), start->st_size);
    return done;
}

}  // namespace postern::delivery
