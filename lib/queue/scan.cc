#include "lib/queue/scan.h"

#include <cerrno>
#include <utility>

namespace postern::queue {

QueueScan::QueueScan(const Spool& spool, Queue queue)
    : spool_(&spool), to_enter_(std::string(name_of(queue))) {}

Result<std::optional<ScanEntry>> QueueScan::next() {
    if (to_enter_) {
        if (auto entered = enter(*std::exchange(to_enter_, {})); !entered) return entered.error();
    }
    while (!open_.empty()) {
        const Folder& folder = open_.back();
        errno = 0;
        const dirent* entry = readdir(folder.handle.get());
        if (entry == nullptr) {
            const int error = errno;
            const std::string path = folder.path;
            open_.pop_back();
            if (error != 0) return system_error("read folder " + path, error);
            continue;
        }
        const std::string_view name = entry->d_name;
        if (name.starts_with('.')) continue;
        if (is_hash_folder(*entry, folder.path)) {
            if (auto entered = enter(folder.path + "/" + entry->d_name); !entered)
                return entered.error();
            continue;
        }
        return std::optional(make_entry(folder.path, *entry));
    }
    return std::optional<ScanEntry>();
}

ScanEntry QueueScan::make_entry(const std::string& folder, const dirent& found) {
    ScanEntry entry{found.d_name, folder, {}, found.d_ino};
    if (auto id = QueueId::parse(entry.name)) entry.id = std::move(*id);
    return entry;
}

Result<void> QueueScan::enter(const std::string& path) {
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    Fd file(openat(spool_->directory(), path.c_str(), flags));
    if (!file && errno == ENOENT) return success();  // removed since we saw it, or never used
    if (!file) return system_error("open folder " + path);
    std::unique_ptr<DIR, CloseFolder> handle(fdopendir(file.get()));
    if (!handle) return system_error("open folder " + path);
    std::ignore = file.release();  // the handle closes it
    open_.push_back({std::move(handle), path});
    return success();
}

/// Hash folders are named by one character; other folders are not ours.
bool QueueScan::is_hash_folder(const dirent& entry, const std::string& path) const {
    if (entry.d_name[1] != '\0') return false;
    if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
    const auto status = spool_->status(path + "/" + entry.d_name);
    return status && *status && S_ISDIR((*status)->st_mode);
}

}  // namespace postern::queue
