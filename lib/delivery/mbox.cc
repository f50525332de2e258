// mbox delivery; see the header.
#include "lib/delivery/mbox.h"

#include "lib/base/fd.h"
#include "lib/delivery/copy.h"
#include "lib/mail/address.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

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

/// Looked at after it was opened: a name can change its meaning between two calls.
Result<void> check(const struct stat& status, const std::string& path, const MboxSettings& settings,
                   const Log& log) {
    if (status.st_nlink != 1)
        return permanent(fmt::format("file has {} hard links", status.st_nlink));
    if (settings.owner && status.st_uid != *settings.owner) {
        log.warning(
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
                                        const Log& log) {
    const auto& locks = settings.locks;
    if (std::find(locks.begin(), locks.end(), MailboxLock::dotlock) == locks.end())
        return std::optional<DotLock>();
    const auto there = status_of_path(path);
    if (there && *there && !S_ISREG((*there)->st_mode)) return std::optional<DotLock>();
    auto taken = DotLock::take(path, settings.attempts);
    if (taken) return std::optional<DotLock>(std::move(*taken));
    if (settings.needs_dotlock || !taken.error().is_permanent()) return taken.error();
    log.warning("{}", taken.error().text);
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

/// All that one delivery adds, synced.
Result<void> write_message(int fd, std::string head, queue::ContentReader content) {
    constexpr std::string_view what = "error writing message";
    auto copied = copy_message(std::move(head), std::move(content), FromLines::quoted, fd, what);
    if (!copied) return copied.error();
    // The empty line that separates messages.
    if (::write(fd, "\n", 1) != 1) return write_error(what);
    if (::fsync(fd) != 0 && errno != EINVAL) return write_error(what);
    return success();
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

Result<off_t> append_to_mbox(const std::string& path, std::string_view sender, std::string head,
                             queue::ContentReader content, const MboxSettings& settings,
                             WallTime now, const Log& log) {
    head.insert(0, from_line(sender, now));
    auto held = dot_lock(path, settings, log);
    if (!held) return held.error();
    auto file = open_mailbox(path);
    if (!file) return file.error();
    auto status = status_of(file->get(), path);
    if (!status) return status.error();
    const bool is_on_disk = S_ISREG(status->st_mode);
    off_t start = 0;
    if (is_on_disk) {
        if (auto fit = check(*status, path, settings, log); !fit) return fit.error();
        if (auto locked = lock_all(file->get(), settings); !locked) return locked.error();
        status = status_of(file->get(), path);  // it may have grown while we waited
        if (!status) return status.error();
        auto before = separator(path, status->st_size);
        if (!before) return before.error();
        head.insert(0, *before);
        start = status->st_size + static_cast<off_t>(before->size());
    }
    auto done = write_message(file->get(), std::move(head), std::move(content));
    if (done) return start;
    // Best effort: nothing better can be done with a file that cannot be cut.
    if (is_on_disk) std::ignore = ::ftruncate(file->get(), status->st_size);
    return done.error();
}

FileSizeLimit::FileSizeLimit(config::ByteCount limit) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit bounds = before_;
    if (limit != 0) bounds.rlim_cur = std::min<rlim_t>(limit, bounds.rlim_max);
    ::setrlimit(RLIMIT_FSIZE, &bounds);
    std::signal(SIGXFSZ, SIG_IGN);
}

FileSizeLimit::~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
}

}  // namespace postern::delivery
