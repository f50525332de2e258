// Changes of files; see the header.
#include "lib/service/file_watcher.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <filesystem>

namespace postern::service {

namespace {

/// A writer has finished, or the name means another file now.
constexpr std::uint32_t changes =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR;

/// What is under that name now; nothing when there is no file.
std::optional<struct stat> state_of(int folder, const std::string& name) {
    struct stat state {};
    if (::fstatat(folder, name.c_str(), &state, 0) != 0) return std::nullopt;
    return state;
}

bool is_same(const std::optional<struct stat>& one, const std::optional<struct stat>& other) {
    if (!one || !other) return !one && !other;
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino &&
           one->st_size == other->st_size && one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

}  // namespace

FileWatcher::FileWatcher(event::Loop& loop, std::function<void()> changed, By means)
    : loop_(loop), changed_(std::move(changed)), means_(means) {}

bool FileWatcher::watch(const std::vector<std::string>& files) {
    bool is_complete = true;
    for (const std::filesystem::path path : files) {
        const std::string folder = path.parent_path().empty() ? "." : path.parent_path().string();
        const std::string name = path.filename().string();
        if (!is_notified_of(folder, name) && !look_at(folder, name)) is_complete = false;
    }
    return is_complete;
}

bool FileWatcher::is_notified_of(const std::string& folder, const std::string& name) {
    if (means_ == By::notices && !inotify_) begin_notices();
    if (!inotify_) return false;
    const int number = ::inotify_add_watch(inotify_.get(), folder.c_str(), changes);
    if (number < 0) return false;
    names_[number].insert(name);
    return true;
}

void FileWatcher::begin_notices() {
    inotify_ = Fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!inotify_) return;
    event_ = loop_.watch_first(
        inotify_.get(),
        [](int, short, void* self) { static_cast<FileWatcher*>(self)->read_changes(); }, this);
}

bool FileWatcher::look_at(const std::string& folder, const std::string& name) {
    Fd opened(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!opened) return false;
    auto seen = state_of(opened.get(), name);
    looks_.push_back({std::move(opened), name, seen});
    if (!is_set()) loop_.set(*this, loop_.in(look_again));
    return true;
}

void FileWatcher::expired() {
    bool has_changed = false;
    for (Look& look : looks_) {
        auto now = state_of(look.folder.get(), look.name);
        if (is_same(look.seen, now)) continue;
        look.seen = now;
        has_changed = true;
    }
    loop_.set(*this, loop_.in(look_again));
    if (has_changed) changed_();
}

void FileWatcher::read_changes() {
    alignas(inotify_event) char buffer[4096];
    bool has_changed = false;
    for (;;) {
        const ssize_t got = ::read(inotify_.get(), buffer, sizeof buffer);
        if (got <= 0) break;
        for (const char* at = buffer; at < buffer + got;) {
            const auto* event = reinterpret_cast<const inotify_event*>(at);
            const auto folder = names_.find(event->wd);
            if (folder != names_.end() && event->len > 0 && folder->second.contains(event->name))
                has_changed = true;
            at += sizeof(inotify_event) + event->len;
        }
    }
    if (has_changed) changed_();
}

}  // namespace postern::service
