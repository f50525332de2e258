// File operations; see the header.
#include "lib/base/fd.h"

#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace postern {

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        reset();
        number_ = std::exchange(other.number_, -1);
    }
    return *this;
}

void Fd::reset() noexcept {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
}

Result<Fd> open_file(const std::string& path, int flags, mode_t mode) {
    return open_at(AT_FDCWD, path, flags, mode);
}

Result<Fd> open_at(int directory, const std::string& name, int flags, mode_t mode) {
    Fd fd(::openat(directory, name.c_str(), flags | O_CLOEXEC, mode));
    if (!fd) return system_error("open " + name);
    return fd;
}

Result<void> write_all(int fd, std::string_view data, std::string_view what) {
    while (!data.empty()) {
        const ssize_t done = ::write(fd, data.data(), data.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return system_error(fmt::format("write {}", what));
        data.remove_prefix(static_cast<std::size_t>(done));
    }
    return success();
}

Result<void> write_all_at(int fd, std::string_view data, off_t offset, std::string_view what) {
    while (!data.empty()) {
        const ssize_t done = ::pwrite(fd, data.data(), data.size(), offset);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return system_error(fmt::format("write {}", what));
        data.remove_prefix(static_cast<std::size_t>(done));
        offset += done;
    }
    return success();
}

Result<std::size_t> read_at(int fd, std::span<char> buffer, off_t offset, std::string_view what) {
    std::size_t have = 0;
    while (have < buffer.size()) {
        const ssize_t got = ::pread(fd, buffer.data() + have, buffer.size() - have,
                                    offset + static_cast<off_t>(have));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error(fmt::format("read {}", what));
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    return have;
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
    auto fd = open_file(path, O_RDONLY);
    if (!fd) return fd.error();
    std::string content;
    char chunk[16384];
    for (;;) {
        const ssize_t got = ::read(fd->get(), chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read " + path);
        if (got == 0) return content;
        if (content.size() + static_cast<std::size_t>(got) > limit)
            return Error{Errc::too_long, fmt::format("{}: larger than {} bytes", path, limit)};
        content.append(chunk, static_cast<std::size_t>(got));
    }
}

Result<struct stat> status_of(int fd, std::string_view what) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) return system_error(fmt::format("stat {}", what));
    return status;
}

Result<std::optional<struct stat>> status_of_path(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) return std::optional(status);
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<struct stat>();
    return system_error("stat " + path);
}

Result<void> replace_file(const std::string& path, std::string_view content, mode_t mode) {
    const std::string fresh = fmt::format("{}.tmp{}", path, ::getpid());
    auto fill = [&]() -> Result<void> {
        auto fd = open_file(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
        if (!fd) return fd.error();
        if (auto done = write_all(fd->get(), content, fresh); !done) return done;
        if (::fchmod(fd->get(), mode) != 0) return system_error("chmod " + fresh);
        if (::fsync(fd->get()) != 0) return system_error("fsync " + fresh);
        if (::rename(fresh.c_str(), path.c_str()) != 0) return system_error("rename " + fresh);
        return success();
    };
    auto done = fill();
    if (!done) ::unlink(fresh.c_str());
    return done;
}

Result<void> make_directories(const std::string& path, mode_t mode) {
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    if (::mkdir(path.c_str(), mode) == 0 || errno == EEXIST) return success();
    if (errno != ENOENT || parent.empty() || parent == path) return system_error("mkdir " + path);
    if (auto made = make_directories(parent, 0755); !made) return made;
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return system_error("mkdir " + path);
    return success();
}

Result<void> set_nonblocking(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) return system_error("fcntl");
    return success();
}

Result<bool> try_lock(int fd, LockKind kind, std::string_view what) {
    if (::flock(fd, (kind == LockKind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0) return true;
    if (errno == EWOULDBLOCK) return false;
    return system_error(fmt::format("lock {}", what));
}

Result<void> lock(int fd, LockKind kind, std::string_view what) {
    while (::flock(fd, kind == LockKind::shared ? LOCK_SH : LOCK_EX) != 0)
        if (errno != EINTR) return system_error(fmt::format("lock {}", what));
    return success();
}

}  // namespace postern
