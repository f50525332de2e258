// The locks of an instance; see the header.
#include "master/lock.h"

#include <fmt/format.h>
#include <unistd.h>

namespace postern::master {

namespace {

std::string process_file(const std::string& process_id_folder) {
    return process_id_folder + "/master.pid";
}

/// Takes the lock and writes our process id, as wide as the reader of a fixed field expects it.
Result<Fd> take_file(const std::string& path) {
    auto file = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    if (!file) return file.error().in("open lock file");
    const auto is_ours = try_lock(file->get(), LockKind::exclusive, path);
    if (!is_ours) return is_ours.error();
    if (!*is_ours)
        return permanent(fmt::format("open lock file {}: unable to set exclusive lock: another "
                                     "master holds it", path));
    const std::string text = fmt::format("{:>32}\n", ::getpid());
    if (::ftruncate(file->get(), 0) != 0) return system_error(path);
    if (auto written = write_all_at(file->get(), text, 0, path); !written) return written.error();
    return file;
}

}  // namespace

Result<InstanceLock> InstanceLock::take(const std::string& process_id_folder,
                                        const std::string& data_directory,
                                        service::Identity owner) {
    auto process = take_file(process_file(process_id_folder));
    if (!process) return process.error();
    const service::ActingAs acting(owner);
    auto data = take_file(data_directory + "/master.lock");
    if (!data) return data.error();
    return InstanceLock(std::move(*process), std::move(*data));
}

Result<bool> InstanceLock::is_held(const std::string& process_id_folder) {
    const std::string path = process_file(process_id_folder);
    if (auto there = status_of_path(path); !there) return there.error();
    else if (!*there) return false;
    auto file = open_file(path, O_RDONLY | O_NOFOLLOW);
    if (!file) return file.error();
    auto is_free = try_lock(file->get(), LockKind::shared, path);
    if (!is_free) return is_free.error();
    return !*is_free;
}

}  // namespace postern::master
