// Maildir delivery; see the header.
#include "lib/delivery/maildir.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace postern::delivery {

namespace {

Result<void> make_maildir(const std::string& directory) {
    if (auto made = make_directories(directory, 0700); !made) return made;
    for (const char* folder : {"/tmp", "/new", "/cur"})
        if (auto made = make_directories(directory + folder, 0700); !made) return made;
    return success();
}

/// O_EXCL: never a file of somebody else.
Result<Fd> create_file(const std::string& directory, const std::string& path) {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    auto file = open_file(path, flags, 0600);
    if (!file && errno == ENOENT && make_maildir(directory)) file = open_file(path, flags, 0600);
    if (file) return file;
    return system_error("create maildir file " + path);
}

std::vector<std::string> advice(const Error& denied) {
    return {fmt::format("maildir access problem for UID/GID={}/{}: {}", ::geteuid(), ::getegid(),
                        denied.text),
            "perhaps you need to create the maildirs in advance"};
}

Result<void> sync_folder(const std::string& path) {
    auto folder = open_file(path, O_RDONLY | O_DIRECTORY);
    if (!folder) return folder.error();
    if (::fsync(folder->get()) != 0) return system_error("fsync " + path);
    return success();
}

/// A host name can hold neither of these; what stands for them is maildir's own.
std::string safe_host(const std::string& host) {
    return replace_all(replace_all(host, "/", "\\057"), ":", "\\072");
}

/// Fills the file, and gives it its name in new/.
Result<void> fill(int fd, const std::string& temporary_path, const Maildir& maildir,
                  std::string head, queue::ContentReader content, WallTime now) {
    auto copied = copy_message(std::move(head), std::move(content), FromLines::as_they_are, fd,
                               maildir.size_limit == 0 ? UINT64_MAX : maildir.size_limit,
                               "error writing message");
    if (!copied) return copied;
    if (::fsync(fd) != 0) return write_error("error writing message");
    auto status = status_of(fd, temporary_path);
    if (!status) return status.error();
    const auto since = now.time_since_epoch();
    const auto whole = std::chrono::floor<seconds>(since);
    // Device and inode make the name unique while the file exists.
    const std::string path =
        fmt::format("{}/new/{}.V{:x}I{:x}M{}.{}", maildir.directory, whole.count(), status->st_dev,
                    status->st_ino, (since - whole).count(), safe_host(maildir.host));
    if (::rename(temporary_path.c_str(), path.c_str()) != 0)
        return system_error(fmt::format("rename {} to {}", temporary_path, path));
    return maildir.queue_device == status->st_dev ? success()
                                                  : sync_folder(maildir.directory + "/new");
}

}  // namespace

std::optional<dev_t> queue_device() {
    const auto queue = status_of_path(".");
    return queue && *queue ? std::optional((*queue)->st_dev) : std::nullopt;
}

Written deliver_to_maildir(const Maildir& maildir, std::string head, queue::ContentReader content,
                           WallTime now) {
    // A thread makes one file at a time.
    const std::string path = fmt::format("{}/tmp/{}.P{}.{}", maildir.directory, to_unix(now),
                                         ::gettid(), safe_host(maildir.host));
    auto file = create_file(maildir.directory, path);
    if (!file && errno == EACCES) return {file.error(), advice(file.error())};
    if (!file) return {file.error()};
    auto done = fill(file->get(), path, maildir, std::move(head), std::move(content), now);
    if (done) return {off_t(0)};
    ::unlink(path.c_str());
    return {done.error()};
}

}  // namespace postern::delivery
