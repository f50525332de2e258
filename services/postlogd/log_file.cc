// The log file; see the header.
#include "services/postlogd/log_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace postern::postlogd {

namespace {

constexpr std::size_t backlog_limit = 4 << 20;

/// Ends the process by SIGALRM when it is not taken away in time.
class Watchdog {
public:
    explicit Watchdog(seconds timeout) { ::alarm(static_cast<unsigned>(timeout.count())); }
    Watchdog(const Watchdog&) = delete;
    ~Watchdog() { ::alarm(0); }
};

}  // namespace

void LogFile::write(std::string_view lines) {
    if (has_backlog()) {
        keep(lines);
        backlog_.erase(0, put(backlog_));
    } else {
        keep(lines.substr(put(lines)));
    }
    if (!has_backlog() && lost_ > 0) say_what_was_lost();
}

/// How much of it is in the file.
std::size_t LogFile::put(std::string_view lines) {
    const Watchdog watchdog(timeout_);
    std::size_t done = 0;
    while (done < lines.size()) {
        const ssize_t count = ::write(file_.get(), lines.data() + done, lines.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            if (!std::exchange(has_warned_, true))
                log_.warning("{}", system_error("write " + name_).text);
            return done;
        }
        done += static_cast<std::size_t>(count);
    }
    has_warned_ = false;
    return done;
}

void LogFile::keep(std::string_view lines) {
    const std::size_t room = backlog_limit - std::min(backlog_limit, backlog_.size());
    // Whole lines only; those that came first tell how it began.
    const auto end = lines.size() <= room ? lines.size() : lines.rfind('\n', room) + 1;
    backlog_ += lines.substr(0, end);
    lost_ += static_cast<std::size_t>(std::count(lines.begin() + static_cast<std::ptrdiff_t>(end),
                                                 lines.end(), '\n'));
}

void LogFile::say_what_was_lost() {
    log_.warning("{}: {} lines were not written while it could not take them", name_,
                 std::exchange(lost_, 0));
}

}  // namespace postern::postlogd
