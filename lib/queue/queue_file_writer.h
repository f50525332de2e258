// Writes a new queue file: the side of cleanup.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/result.h"
#include "lib/queue/queue_id.h"
#include "lib/queue/record.h"
#include "lib/queue/sizes.h"
#include "lib/queue/spool.h"

#include <string>
#include <string_view>

namespace postern::queue {

/// A queue file in the making. It has mode 0600 until finish(), which nobody schedules; destroyed
/// before keep() it is removed. Records are collected in a buffer, so that a message that fits is
/// written by one call, with the right size record at its start.
///
///   create() ... append() ... finish() -> fsync of descriptor() -> keep()
///
/// A file that is edited after it was written (by milters) is not shifted: an edit appends records
/// at the end, a pointer record leads there and another one back. Postfix reserves, when milters
/// are configured, pointer records after the sender, after the last recipient of the envelope,
/// after the last header field, and at the end of the content, and pads header fields that are
/// shorter than a pointer record (17 bytes) with a padding record, so that each can be replaced.
class QueueFileWriter {
public:
    struct Settings {
        bool enable_long_queue_ids = false;
        std::size_t buffer_size = 16384;
        Queue queue = Queue::incoming;
    };

    /// Makes the file under a temporary name, learns its inode, and renames it to its id, which
    /// is chosen so that no file in the queue has it. `spool` outlives the writer.
    static Result<QueueFileWriter> create(const Spool& spool, WallTime now, Settings settings);
    static Result<QueueFileWriter> create(const Spool& spool, WallTime now) {
        return create(spool, now, Settings());
    }

    QueueFileWriter(QueueFileWriter&&) noexcept = default;
    QueueFileWriter& operator=(QueueFileWriter&&) = delete;
    ~QueueFileWriter();

    const QueueId& id() const noexcept { return id_; }
    /// Where the next record will be. The size record (all zeros until finish) is there already.
    off_t position() const noexcept { return written_ + static_cast<off_t>(buffer_.size()); }

    /// Errors: system errors naming the file (disk full); the writer can only be destroyed then.
    Result<void> append(RecordType type, std::string_view data);
    Result<void> append_attribute(std::string_view name, std::string_view value);
    /// Records that are coded already, whole ones.
    Result<void> append_coded(std::string_view records);

    /// Room for a change: a pointer record that points nowhere yet. Gives its offset.
    Result<off_t> append_pointer();
    /// Overwrites the pointer record at `offset`.
    Result<void> set_pointer(off_t offset, off_t target);
    /// Overwrites bytes that were appended: whole records of the same length.
    Result<void> overwrite(off_t offset, std::string_view bytes);
    /// Bytes that were appended, for edits that look at what is there.
    Result<std::string> read_back(off_t offset, std::size_t size);

    /// Writes what is buffered, so that others can read it.
    Result<void> flush();
    /// For reading what has been written, and for fsync. When that fails it is never tried again: the
    /// message is lost to us, and the client is told to send it again.
    int descriptor() const noexcept { return file_.get(); }
    /// "incoming/86D14A72165", for messages.
    const std::string& path() const noexcept { return path_; }

    /// Puts the size record in place, writes what is buffered, and sets mode 0700: the file is
    /// complete, but not yet durable.
    Result<void> finish(const MessageSizes& sizes);
    /// Moves a message that is to wait: incoming to hold. Before finish().
    Result<void> move_to(Queue queue);
    /// From now on the file stays when the writer is destroyed.
    void keep() noexcept { kept_ = true; }

private:
    QueueFileWriter(const Spool& spool, QueueId id, Fd file, Settings settings);
    static Error give_up(const Spool& spool, const std::string& path, Error why);
    Result<void> flush_if_full();

    const Spool* spool_;
    QueueId id_;
    Fd file_;
    Settings settings_;
    std::string path_;
    std::string buffer_;  ///< what follows the first `written_` bytes of the file
    off_t written_ = 0;
    bool kept_ = false;
};

}  // namespace postern::queue
