// Files in maildrop/; see the header.
#include "tools/postdrop/maildrop_file.h"

#include "lib/queue/record.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace postern::postdrop {
namespace {

constexpr mode_t incomplete = 0644, complete = 0744;   // as other systems' pickup expects them
constexpr int most_tries = 100;

struct Named {
    std::string path;
    Fd file;
};

Result<Named> open_temporary(WallTime now) {
    for (int attempt = 0;; ++attempt) {
        const auto micros = (now.time_since_epoch().count() + attempt) % 1000000;
        std::string path = fmt::format("maildrop/{}.{}", micros, ::getpid());
        auto file = open_file(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, incomplete);
        if (file) return Named{std::move(path), std::move(*file)};
        if (errno != EEXIST || attempt == most_tries) return file.error();
    }
}

Error discarded(const std::string& path, Error why) {
    ::unlink(path.c_str());
    return why;
}

}  // namespace

Result<MaildropFile> MaildropFile::create(WallTime now, bool enable_long_queue_ids) {
    auto temporary = open_temporary(now);
    if (!temporary) return temporary.error();
    const auto status = status_of(temporary->file.get(), temporary->path);
    if (!status) return discarded(temporary->path, status.error());
    auto id = enable_long_queue_ids ? queue::QueueId::make_long(now, status->st_ino)
                                    : queue::QueueId::make_short(now, status->st_ino);
    std::string path = "maildrop/" + id.text();
    // The inode is part of the name, so that no other file has it while this one is there.
    if (::rename(temporary->path.c_str(), path.c_str()) != 0)
        return discarded(temporary->path, system_error("rename to " + path));
    MaildropFile file(std::move(id), std::move(path), std::move(temporary->file));
    const auto micros = now.time_since_epoch().count() % 1000000;
    std::string first;
    queue::append_record(first, queue::RecordType::time, fmt::format("{} {}", to_unix(now), micros));
    if (auto written = file.append(first); !written) return written.error();
    return file;
}

MaildropFile::MaildropFile(queue::QueueId id, std::string path, Fd file)
    : id_(std::move(id)), path_(std::move(path)), file_(std::move(file)) {}

MaildropFile::MaildropFile(MaildropFile&& other) noexcept
    : id_(std::move(other.id_)), path_(std::exchange(other.path_, {})), file_(std::move(other.file_)) {}

MaildropFile::~MaildropFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> MaildropFile::append(std::string_view records) {
    return write_all(file_.get(), records, path_);
}

Result<void> MaildropFile::keep() {
    // The mode belongs to what is synced: fsync, not fdatasync.
    if (::fchmod(file_.get(), complete) != 0) return system_error("chmod " + path_);
    if (::fsync(file_.get()) != 0) return system_error("sync " + path_);
    path_.clear();
    return success();
}

}  // namespace postern::postdrop
