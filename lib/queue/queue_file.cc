#include "lib/queue/queue_file.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace postern::queue {
namespace {

constexpr mode_t complete_mode = S_IRWXU;
constexpr mode_t force_expired_mode = S_IXGRP;

FileState state_of(const struct stat& status, std::optional<uid_t> owner) {
    const bool is_ours = status.st_uid == geteuid() || status.st_uid == owner;
    if (!S_ISREG(status.st_mode) || status.st_nlink != 1 || !is_ours) return FileState::suspicious;
    const bool is_complete = (status.st_mode & complete_mode) == complete_mode;
    return is_complete ? FileState::ready : FileState::incomplete;
}

}  // namespace

QueueFile::QueueFile(QueueId id, Queue queue, std::string path, Fd file, const struct stat& status)
    : id_(std::move(id)),
      queue_(queue),
      path_(std::move(path)),
      file_(std::move(file)),
      status_(status) {}

Result<QueueFile::Opened> QueueFile::open(const Spool& spool, Queue queue, const QueueId& id,
                                          Access access, std::optional<uid_t> owner) {
    const int flags = access == Access::mark ? O_RDWR : O_RDONLY;
    auto file = spool.open_file(queue, id, flags);
    if (!file) return file.error();
    if (!*file) return Opened();
    std::string path = spool.path(queue, id);
    auto status = status_of((*file)->get(), path);
    if (!status) return status.error();
    Opened opened{state_of(*status, owner), {}};
    if (opened.state == FileState::ready)
        opened.file = QueueFile(id, queue, std::move(path), std::move(**file), *status);
    return opened;
}

bool QueueFile::is_force_expired() const noexcept {
    return (status_.st_mode & force_expired_mode) != 0;
}

Result<bool> QueueFile::try_lock(LockKind kind) {
    return postern::try_lock(file_.get(), kind, path_);
}

ContentReader QueueFile::content(const MessageSizes& sizes) const {
    return ContentReader(file_.get(), path_, sizes.data_offset);
}

Result<void> QueueFile::mark_done(off_t offset) {
    char type = 0;
    auto got = read_at(file_.get(), std::span(&type, 1), offset, path_);
    if (!got) return got.error();
    switch (static_cast<RecordType>(*got == 1 ? type : 0)) {
        case RecordType::recipient:
            break;
        case RecordType::done_recipient:
        case RecordType::cancelled_recipient:
            return success();
        default:
            return permanent(fmt::format("{}: no recipient record at offset {}", path_, offset));
    }
    type = static_cast<char>(RecordType::done_recipient);
    return write_all_at(file_.get(), std::string_view(&type, 1), offset, path_);
}

/// `changed` gives data of the same length.
Result<void> QueueFile::overwrite(off_t offset, RecordType type, std::string_view what,
                                  const std::function<std::string(std::string_view)>& changed) {
    RecordReader reader(file_.get(), path_, 64);
    reader.seek(offset);
    auto record = reader.next();
    if (!record) return record.error();
    if (!*record || (*record)->type != type)
        return permanent(fmt::format("{}: no {} at offset {}", path_, what, offset));
    std::string other;
    append_record(other, type, changed((*record)->data));
    return write_all_at(file_.get(), other, offset, path_);
}

Result<void> QueueFile::clear_warn_time(off_t offset) {
    return overwrite(offset, RecordType::warn_time, "warning time record",
                     [](std::string_view time) { return fmt::format("{:{}}", -1, time.size()); });
}

Result<void> QueueFile::clear_trace_flags(off_t offset) {
    return overwrite(offset, RecordType::attribute, "trace_flags attribute",
                     [](std::string_view attribute) {
                         std::string none(attribute);
                         const auto value = std::min(none.find('=') + 1, none.size());
                         std::fill(none.begin() + static_cast<std::ptrdiff_t>(value), none.end(), '0');
                         return none;
                     });
}

Result<void> QueueFile::sync() {
    if (fsync(file_.get()) != 0) return system_error("sync " + path_);
    return success();
}

}  // namespace postern::queue
