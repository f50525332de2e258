// Changes of files; see the header.
#include "lib/service/file_watcher.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <filesystem>

namespace postern::service {

namespace {

/// A writer has finished, or the name means another file now.
constexpr std::uint32_t changes =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR;

}  // namespace

FileWatcher::FileWatcher(event::Loop& loop, std::function<void()> changed)
    : loop_(loop),
      changed_(std::move(changed)),
      inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (!inotify_) return;  // the machine's limit is reached: reload tells us, as with Postfix
    event_ = loop_.watch_first(
        inotify_.get(),
        [](int, short, void* self) { static_cast<FileWatcher*>(self)->read_changes(); }, this);
}

bool FileWatcher::watch(const std::vector<std::string>& files) {
    bool is_complete = true;
    for (const std::filesystem::path path : files) {
        const std::string folder = path.parent_path().empty() ? "." : path.parent_path().string();
        const int number = ::inotify_add_watch(inotify_.get(), folder.c_str(), changes);
        if (number < 0)
            is_complete = false;
        else
            names_[number].insert(path.filename().string());
    }
    return is_complete;
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
