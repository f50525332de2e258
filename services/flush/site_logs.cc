#include "services/flush/site_logs.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/queue/scan.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <set>
#include <utility>

namespace postern::flush {
namespace {

constexpr std::size_t most_ids = 1 << 20;  // of one log; the rest waits for the next time
constexpr off_t looked_at = 4096;          // of the end of a log, for an id that is there

/// Locked; nothing when there is no such log and `flags` do not make one.
Result<std::optional<Fd>> open_log(const queue::Spool& spool, const std::string& log, int flags) {
    const std::string path = spool.path(queue::Queue::flush, log);
    const auto open_now = [&] {
        return Fd(openat(spool.directory(), path.c_str(),
                         flags | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_NONBLOCK, 0600));
    };
    Fd file = open_now();
    if (!file && errno == ENOENT && (flags & O_CREAT) != 0) {
        if (auto made = spool.make_folders(path); !made) return made.error();
        file = open_now();
    }
    if (!file && errno == ENOENT) return std::optional<Fd>();
    if (!file) return system_error(path);
    if (auto locked = lock(file.get(), LockKind::exclusive, path); !locked) return locked.error();
    return std::optional(std::move(file));
}

Result<std::string> read_from(int file, off_t offset, std::size_t size, const std::string& log) {
    std::string text(size, '\0');
    auto got = read_at(file, text, offset, log);
    if (!got) return got.error();
    text.resize(*got);
    return text;
}

/// When the log was emptied last; the modification time stays.
Result<void> set_access_time(int file, WallTime now, const std::string& log) {
    const std::array times = {timespec{.tv_sec = to_unix(now), .tv_nsec = 0},
                              timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT}};
    if (futimens(file, times.data()) != 0) return system_error("set time of " + log);
    return success();
}

}  // namespace

std::string log_name(std::string_view site) {
    std::string name = lower(site);
    for (char& c : name) {
        if (!is_ascii_alnum(c)) c = '_';
    }
    return name;
}

Result<void> record(const queue::Spool& spool, const std::string& log, const queue::QueueId& id) {
    auto file = open_log(spool, log, O_RDWR | O_APPEND | O_CREAT);
    if (!file) return file.error();
    if (!*file) return temporary("flush log " + log + ": cannot be created");
    auto status = status_of((*file)->get(), log);
    if (!status) return status.error();
    const off_t begin = std::max<off_t>(0, status->st_size - looked_at);
    auto end_of_log = read_from((*file)->get(), begin, looked_at, log);
    if (!end_of_log) return end_of_log.error();
    const std::string line = id.text() + "\n";
    if (("\n" + *end_of_log).find("\n" + line) != std::string::npos) return success();
    return write_all((*file)->get(), line, log);
}

Result<std::vector<queue::QueueId>> take_all(const queue::Spool& spool, const std::string& log,
                                             WallTime now) {
    std::vector<queue::QueueId> ids;
    auto file = open_log(spool, log, O_RDWR);
    if (!file) return file.error();
    if (!*file) return ids;
    auto status = status_of((*file)->get(), log);
    if (!status) return status.error();
    auto text = read_from((*file)->get(), 0, static_cast<std::size_t>(status->st_size), log);
    if (!text) return text.error();
    std::set<std::string_view> seen;
    for (std::string_view line : split(*text, "\n")) {
        auto id = queue::QueueId::parse(line);
        if (id && ids.size() < most_ids && seen.insert(line).second) ids.push_back(std::move(*id));
    }
    if (ftruncate((*file)->get(), 0) != 0) return system_error("empty flush log " + log);
    if (auto set = set_access_time((*file)->get(), now, log); !set) return set.error();
    return ids;
}

Result<std::vector<std::string>> tidy(const queue::Spool& spool, const LogAges& ages,
                                      WallTime now) {
    std::vector<std::string> due;
    queue::QueueScan scan(spool, queue::Queue::flush);
    for (;;) {
        auto entry = scan.next();
        if (!entry) return entry.error();
        if (!*entry) return due;
        auto status = spool.status((*entry)->path());
        if (!status) return status.error();
        if (!*status || !S_ISREG((*status)->st_mode)) continue;
        const bool is_empty = (*status)->st_size == 0;
        if (!is_empty && from_unix((*status)->st_atim.tv_sec) + ages.refresh <= now)
            due.push_back((*entry)->name);
        if (is_empty && from_unix((*status)->st_mtim.tv_sec) + ages.purge <= now) {
            if (auto removed = spool.remove((*entry)->path()); !removed) return removed.error();
        }
    }
}

}  // namespace postern::flush
