// mbox delivery; see the header.
#include "lib/delivery/mbox.h"

#include "lib/base/fd.h"
#include "lib/mail/address.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

namespace postern::delivery {

namespace {

/// An existing file, or a new one that nobody else has made meanwhile.
Result<Fd> open_mailbox(const std::string& path) {
    constexpr int flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
    auto file = open_file(path, flags);
    if (file) return file;
    if (errno == ELOOP) return permanent("file is a symbolic link");
    if (errno != ENOENT) return system_error("cannot open file");
    file = open_file(path, flags | O_CREAT | O_EXCL, 0600);
    if (!file) return system_error("cannot create file exclusively");
    return file;
}

using Warnings = std::vector<std::string>;

/// Looked at after it was opened: a name can change its meaning between two calls.
Result<void> check(const struct stat& status, const std::string& path, const MboxSettings& settings,
                   Warnings& warnings) {
    if (status.st_nlink != 1)
        return permanent(fmt::format("file has {} hard links", status.st_nlink));
    if (settings.owner && status.st_uid != *settings.owner) {
        warnings.emplace_back(
            "specify \"strict_mailbox_ownership = no\" to ignore mailbox ownership mismatch");
        return temporary(fmt::format("destination {} is not owned by recipient", path));
    }
    return success();
}

Result<void> lock_all(int fd, const MboxSettings& settings) {
    for (const MailboxLock kind : settings.locks) {
        if (kind == MailboxLock::dotlock) continue;  // taken before the file was opened
        if (auto locked = lock_file(fd, kind, settings.attempts); !locked) return locked;
    }
    return success();
}

Result<std::optional<DotLock>> dot_lock(const std::string& path, const MboxSettings& settings,
                                        Warnings& warnings) {
    const auto& locks = settings.locks;
    if (std::find(locks.begin(), locks.end(), MailboxLock::dotlock) == locks.end())
        return std::optional<DotLock>();
    const auto there = status_of_path(path);
    if (there && *there && !S_ISREG((*there)->st_mode)) return std::optional<DotLock>();
    auto taken = DotLock::take(path, settings.attempts);
    if (taken) return std::optional<DotLock>(std::move(*taken));
    if (settings.needs_dotlock || !taken.error().is_permanent()) return taken.error();
    warnings.push_back(taken.error().text);
    return std::optional<DotLock>();
}

/// What must stand before a "From " line: nothing, unless whoever wrote last was killed in the
/// middle of a line. Then that half message is ended, or readers would take ours for its rest.
/// It reads through a descriptor of its own: with one for both, a FIFO would open without a reader.
Result<std::string_view> separator(const std::string& path, off_t size) {
    if (size == 0) return std::string_view();
    auto file = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!file) return std::string_view();  // a file to write to only
    char last = '\n';
    auto length = read_at(file->get(), {&last, 1}, size - 1, path);
    if (!length) return length.error();
    return std::string_view(last == '\n' ? "" : "\n\n");
}

/// What the limit leaves of a file of that size.
std::uint64_t room_in(off_t size, config::ByteCount limit) {
    if (limit == 0) return UINT64_MAX;
    return limit - std::min<std::uint64_t>(static_cast<std::uint64_t>(size), limit);
}

/// All that one delivery adds, synced.
Result<void> write_message(int fd, std::string head, queue::ContentReader content,
                           std::uint64_t room) {
    constexpr std::string_view what = "error writing message";
    auto copied =
        copy_message(std::move(head), std::move(content), FromLines::quoted, fd, room, what);
    if (!copied) return copied.error();
    if (::fsync(fd) != 0 && errno != EINVAL) return write_error(what);
    return success();
}

/// The offset of the message.
Result<off_t> append(const std::string& path, std::string head, queue::ContentReader content,
                     const MboxSettings& settings, Warnings& warnings) {
    auto held = dot_lock(path, settings, warnings);
    if (!held) return held.error();
    auto file = open_mailbox(path);
    if (!file) return file.error();
    auto status = status_of(file->get(), path);
    if (!status) return status.error();
    if (!S_ISREG(status->st_mode)) {
        auto done = write_message(file->get(), std::move(head), std::move(content), UINT64_MAX);
        if (!done) return done.error();
        return off_t(0);
    }
    if (auto fit = check(*status, path, settings, warnings); !fit) return fit.error();
    if (auto locked = lock_all(file->get(), settings); !locked) return locked.error();
    status = status_of(file->get(), path);  // it may have grown while we waited
    if (!status) return status.error();
    auto before = separator(path, status->st_size);
    if (!before) return before.error();
    head.insert(0, *before);
    auto done = write_message(file->get(), std::move(head), std::move(content),
                              room_in(status->st_size, settings.size_limit));
    if (done) return status->st_size + static_cast<off_t>(before->size());
    // Best effort: nothing better can be done with a file that cannot be cut.
    std::ignore = ::ftruncate(file->get(), status->st_size);
    return done.error();
}

}  // namespace

Result<MboxSettings> MboxSettings::from(const config::Config& config,
                                        std::string_view lock_parameter) {
    MboxSettings settings;
    auto locks = parse_mailbox_locks(config.list(lock_parameter));
    if (!locks) return config.error_in(lock_parameter, locks.error().text);
    settings.locks = std::move(*locks);
    settings.attempts = {.attempts = static_cast<int>(config.number("deliver_lock_attempts")),
                         .delay = config.time("deliver_lock_delay"),
                         .stale_after = config.time("stale_lock_time")};
    return settings;
}

std::string from_line(std::string_view sender, WallTime now) {
    return fmt::format("From {}  {}\n", sender.empty() ? "MAILER-DAEMON" : mail::external(sender),
                       ctime_text(now));
}

Written append_to_mbox(const std::string& path, std::string_view sender, std::string head,
                       queue::ContentReader content, const MboxSettings& settings, WallTime now) {
    head.insert(0, from_line(sender, now));
    Warnings warnings;
    auto offset = append(path, std::move(head), std::move(content), settings, warnings);
    return {std::move(offset), std::move(warnings)};
}

}  // namespace postern::delivery
