// Maildir delivery; see the header.
#include "lib/delivery/maildir.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/delivery/copy.h"

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
    if (file || errno != ENOENT) return file;
    if (auto made = make_maildir(directory); !made) return made.error();
    return open_file(path, flags, 0600);
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

}  // namespace

Result<void> deliver_to_maildir(const std::string& directory, std::string head,
                                queue::ContentReader content, const std::string& host, WallTime now,
                                bool syncs_folder) {
    const auto since = now.time_since_epoch();
    const auto whole = std::chrono::floor<seconds>(since);
    const std::string temporary_path =
        fmt::format("{}/tmp/{}.P{}.{}", directory, whole.count(), ::getpid(), safe_host(host));
    auto file = create_file(directory, temporary_path);
    if (!file) return file.error();

    auto fill = [&]() -> Result<void> {
        auto copied = copy_message(std::move(head), std::move(content), FromLines::as_they_are,
                                   file->get(), temporary_path);
        if (!copied) return copied.error();
        if (::fsync(file->get()) != 0) return system_error("fsync " + temporary_path);
        auto status = status_of(file->get(), temporary_path);
        if (!status) return status.error();
        // Device and inode make the name unique while the file exists.
        const std::string final =
            fmt::format("{}/new/{}.V{:x}I{:x}M{}.{}", directory, whole.count(), status->st_dev,
                        status->st_ino, (since - whole).count(), safe_host(host));
        if (::rename(temporary_path.c_str(), final.c_str()) != 0)
            return system_error(fmt::format("rename {} to {}", temporary_path, final));
        return syncs_folder ? sync_folder(directory + "/new") : success();
    };
    auto done = fill();
    if (!done) ::unlink(temporary_path.c_str());
    return done;
}

}  // namespace postern::delivery
