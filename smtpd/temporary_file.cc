// Temporary files; see the header.
#include "smtpd/temporary_file.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace postern::smtpd {

namespace {

constexpr const char* folder = "incoming";  // where there must be room for mail
constexpr std::size_t piece_size = 48 * 1024;

/// With a name for a moment, where the file system has no files without one.
Result<Fd> open_named(int queue_directory) {
    std::string name = fmt::format("{}/smtpd.{}", folder, ::getpid());
    for (int number = 0; number < 1000; ++number) {
        const std::string path = fmt::format("{}.{}", name, number);
        Fd file(
            ::openat(queue_directory, path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (file && ::unlinkat(queue_directory, path.c_str(), 0) == 0) return file;
        if (errno != EEXIST) break;
    }
    return system_error(folder);
}

Result<Fd> open_in(int queue_directory) {
    Fd file(::openat(queue_directory, folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (file) return file;
    return errno == EOPNOTSUPP || errno == EISDIR ? open_named(queue_directory)
                                                  : system_error(folder);
}

}  // namespace

Task<Result<void>> TemporaryFile::open() {
    auto opened =
        co_await disk_.offload([directory = spool_.directory()] { return open_in(directory); });
    if (!opened) co_return opened.error();
    file_ = std::make_shared<Fd>(std::move(*opened));
    co_return success();
}

Task<Result<void>> TemporaryFile::append(std::string bytes) {
    co_return co_await disk_.offload(
        [file = file_, bytes = std::move(bytes)] { return write_all(file->get(), bytes, folder); });
}

Task<Result<std::string>> TemporaryFile::read(off_t offset) const {
    co_return co_await disk_.offload([file = file_, offset]() -> Result<std::string> {
        std::string piece(piece_size, '\0');
        auto size = read_at(file->get(), piece, offset, folder);
        if (!size) return size.error();
        piece.resize(*size);
        return piece;
    });
}

}  // namespace postern::smtpd
