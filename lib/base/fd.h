// File descriptors that close themselves, and the few file operations that the house uses, each
// of which says what failed.
#pragma once

#include "lib/base/result.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace postern {

/// An open descriptor, or none (-1); closed on destruction. Moves, does not copy.
class Fd {
public:
    Fd() = default;
    explicit Fd(int number) noexcept : number_(number) {}
    Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd() { reset(); }

    int get() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }
    int release() noexcept { return std::exchange(number_, -1); }
    void reset() noexcept;

private:
    int number_ = -1;
};

/// open(2) with O_CLOEXEC. Errors name the path.
Result<Fd> open_file(const std::string& path, int flags, mode_t mode = 0);
Result<Fd> open_at(int directory, const std::string& name, int flags, mode_t mode = 0);

/// All of `data`, at the current position / at `offset`.
Result<void> write_all(int fd, std::string_view data, std::string_view what);
Result<void> write_all_at(int fd, std::string_view data, off_t offset, std::string_view what);
/// Up to `buffer.size()` bytes at `offset`; fewer only at the end of the file.
Result<std::size_t> read_at(int fd, std::span<char> buffer, off_t offset, std::string_view what);
/// The whole file; too_long above `limit` bytes.
Result<std::string> read_file(const std::string& path, std::size_t limit = 1u << 30);

Result<struct stat> status_of(int fd, std::string_view what);
/// Nothing when there is no such file.
Result<std::optional<struct stat>> status_of_path(const std::string& path);

/// A new file beside `path`, filled, synced, with `mode`, then renamed over it: readers see the
/// old file or the new one.
Result<void> replace_file(const std::string& path, std::string_view content, mode_t mode);

/// mkdir -p; existing directories are left as they are.
Result<void> make_directories(const std::string& path, mode_t mode);

Result<void> set_nonblocking(int fd);

/// flock(2), tried without waiting: false when somebody else holds it.
enum class LockKind { shared, exclusive };
Result<bool> try_lock(int fd, LockKind kind, std::string_view what);
/// flock(2), waiting as long as it takes.
Result<void> lock(int fd, LockKind kind, std::string_view what);

}  // namespace postern
