// Locks and copies database files.
#include "lib/table/database_file.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#include <cerrno>

namespace postern::table {

namespace {

Result<bool> is_still_at(const std::string& path, const struct stat& opened) {
    auto now = status_of_path(path);
    if (!now) return now.error();
    return *now && (*now)->st_ino == opened.st_ino && (*now)->st_dev == opened.st_dev;
}

Result<void> copy(int from, int to, off_t size, const std::string& path) {
    while (size > 0) {
        const ssize_t done = ::sendfile(to, from, nullptr, static_cast<std::size_t>(size));
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return system_error("copy " + path);
        if (done == 0) break;
        size -= done;
    }
    return success();
}

}  // namespace

std::string DatabaseFile::path() const { return fmt::format("/proc/self/fd/{}", fd.get()); }

Result<DatabaseFile> open_locked(const std::string& path) {
    for (;;) {
        Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        if (!fd) return system_error("open database " + path);
        if (auto locked = lock(fd.get(), LockKind::shared, path); !locked) return locked.error();
        auto status = status_of(fd.get(), path);
        if (!status) return status.error();
        auto current = is_still_at(path, *status);
        if (!current) return current.error();
        if (*current) return DatabaseFile{std::move(fd), status->st_uid};
    }
}

Result<DatabaseFile> copy_of(const std::string& path) {
    auto original = open_locked(path);
    if (!original) return original.error();
    auto status = status_of(original->fd.get(), path);
    if (!status) return status.error();
    Fd memory(::memfd_create("table", MFD_CLOEXEC));
    if (!memory) return system_error("copy " + path);
    if (auto done = copy(original->fd.get(), memory.get(), status->st_size, path); !done)
        return done.error();
    return DatabaseFile{std::move(memory), original->owner};
}

}  // namespace postern::table
