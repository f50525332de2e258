#include "lib/queue/queue_file_writer.h"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <tuple>
#include <utility>

namespace postern::queue {
namespace {

constexpr mode_t incomplete_mode = S_IRUSR | S_IWUSR;
constexpr mode_t complete_mode = S_IRWXU;
constexpr int name_attempts = 100;

/// A name that no message has; more than one process may choose at the same microsecond.
Result<std::pair<std::string, Fd>> create_temporary(const Spool& spool, Queue queue, WallTime now) {
    for (int attempt = 0;; ++attempt) {
        const auto micros = (now.time_since_epoch() % seconds(1)).count() + attempt;
        std::string path = fmt::format("{}/{}.{}", name_of(queue), micros, getpid());
        const int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
        Fd file(openat(spool.directory(), path.c_str(), flags, incomplete_mode));
        if (file) return std::pair(std::move(path), std::move(file));
        if (errno != EEXIST || attempt == name_attempts) return system_error("create " + path);
    }
}

/// False when a file has the name already.
Result<bool> rename_if_free(const Spool& spool, const std::string& from, const std::string& to) {
    const auto rename_now = [&](unsigned flags) {
        return renameat2(spool.directory(), from.c_str(), spool.directory(), to.c_str(), flags) ==
               0;
    };
    if (rename_now(RENAME_NOREPLACE)) return true;
    if (errno == EEXIST) return false;
    if (errno == EINVAL && rename_now(0)) return true;  // a file system that cannot look first
    if (errno != ENOENT) return system_error("rename " + from + " to " + to);
    return spool.move(from, to);
}

}  // namespace

Result<QueueFileWriter> QueueFileWriter::create(const Spool& spool, WallTime now,
                                                Settings settings) {
    auto created = create_temporary(spool, settings.queue, now);
    if (!created) return created.error();
    auto& [path, file] = *created;
    auto status = status_of(file.get(), path);
    if (!status) return give_up(spool, path, status.error());
    for (int attempt = 0; attempt < name_attempts; ++attempt, now += microseconds(1)) {
        QueueId id = settings.enable_long_queue_ids ? QueueId::make_long(now, status->st_ino)
                                                    : QueueId::make_short(now, status->st_ino);
        auto renamed = rename_if_free(spool, path, spool.path(settings.queue, id));
        if (!renamed) return give_up(spool, path, renamed.error());
        if (*renamed) return QueueFileWriter(spool, std::move(id), std::move(file), settings);
    }
    return give_up(spool, path, temporary(path + ": no queue id is free"));
}

Error QueueFileWriter::give_up(const Spool& spool, const std::string& path, Error why) {
    std::ignore = spool.remove(path);  // `postsuper -p` removes what we cannot
    return why;
}

QueueFileWriter::QueueFileWriter(const Spool& spool, QueueId id, Fd file, Settings settings)
    : spool_(&spool),
      id_(std::move(id)),
      file_(std::move(file)),
      settings_(settings),
      path_(spool.path(settings.queue, id_)) {
    append_record(buffer_, RecordType::size, MessageSizes().text());
}

QueueFileWriter::~QueueFileWriter() {
    if (file_ && !kept_) std::ignore = spool_->remove(path_);  // no more to be done about it here
}

Result<void> QueueFileWriter::append(RecordType type, std::string_view data) {
    append_record(buffer_, type, data);
    return flush_if_full();
}

Result<void> QueueFileWriter::append_attribute(std::string_view name, std::string_view value) {
    queue::append_attribute(buffer_, name, value);
    return flush_if_full();
}

Result<void> QueueFileWriter::append_coded(std::string_view records) {
    buffer_ += records;
    return flush_if_full();
}

Result<off_t> QueueFileWriter::append_pointer() {
    const off_t offset = position();
    if (auto done = append_coded(pointer_record(0)); !done) return done.error();
    return offset;
}

Result<void> QueueFileWriter::set_pointer(off_t offset, off_t target) {
    return overwrite(offset, pointer_record(target));
}

Result<void> QueueFileWriter::overwrite(off_t offset, std::string_view bytes) {
    const off_t in_file = std::clamp<off_t>(written_ - offset, 0, static_cast<off_t>(bytes.size()));
    const auto before = static_cast<std::size_t>(in_file);
    if (before > 0) {
        auto done = write_all_at(file_.get(), bytes.substr(0, before), offset, path_);
        if (!done) return done;
    }
    if (before == bytes.size()) return success();
    const auto at = static_cast<std::size_t>(offset + in_file - written_);
    buffer_.replace(at, bytes.size() - before, bytes.substr(before));
    return success();
}

Result<std::string> QueueFileWriter::read_back(off_t offset, std::size_t size) {
    if (auto flushed = flush(); !flushed) return flushed.error();
    std::string bytes(size, '\0');
    auto got = read_at(file_.get(), bytes, offset, path_);
    if (!got) return got.error();
    bytes.resize(*got);
    return bytes;
}

Result<void> QueueFileWriter::flush_if_full() {
    return buffer_.size() < settings_.buffer_size ? success() : flush();
}

Result<void> QueueFileWriter::flush() {
    if (buffer_.empty()) return success();
    if (auto done = write_all_at(file_.get(), buffer_, written_, path_); !done) return done;
    written_ += static_cast<off_t>(buffer_.size());
    buffer_.clear();
    return success();
}

Result<void> QueueFileWriter::finish(const MessageSizes& sizes) {
    std::string record;
    append_record(record, RecordType::size, sizes.text());
    if (auto done = overwrite(0, record); !done) return done;
    if (auto done = flush(); !done) return done;
    if (fchmod(file_.get(), complete_mode) != 0) return system_error("chmod " + path_);
    return success();
}

Result<void> QueueFileWriter::move_to(Queue queue) {
    std::string path = spool_->path(queue, id_);
    auto moved = spool_->move(path_, path);
    if (!moved) return moved.error();
    if (!*moved) return temporary(path_ + ": somebody removed the file");
    path_ = std::move(path);
    return success();
}

}  // namespace postern::queue
