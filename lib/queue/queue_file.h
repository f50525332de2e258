// A message in the queue, as those who schedule and deliver it see it.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/result.h"
#include "lib/queue/content.h"
#include "lib/queue/envelope_reader.h"
#include "lib/queue/spool.h"

#include <functional>
#include <optional>
#include <string>

namespace postern::queue {

/// What opening a queue file found. Only `ready` can be delivered.
enum class FileState {
    absent,      ///< no such file (any more)
    incomplete,  ///< mode 0600: cleanup is still writing it, or died
    suspicious,  ///< no regular file, more than one link, or another owner: nobody's mail
    ready,
};

/// An open queue file. Blocks on the file system only.
class QueueFile {
public:
    enum class Access { read, mark };  ///< mark: to record what became of recipients

    struct Opened;
    /// Opens the file with O_NOFOLLOW and looks at it. Its owner must be ours (the effective user
    /// id) or `owner`. Error: system errors but ENOENT.
    static Result<Opened> open(const Spool& spool, Queue queue, const QueueId& id, Access access,
                               std::optional<uid_t> owner = {});

    const QueueId& id() const noexcept { return id_; }
    Queue queue() const noexcept { return queue_; }
    /// "active/86D14A72165", for messages.
    const std::string& path() const noexcept { return path_; }
    int descriptor() const noexcept { return file_.get(); }
    const struct stat& status() const noexcept { return status_; }
    /// postsuper -e or -f asked to give up on the message.
    bool is_force_expired() const noexcept;

    /// The lock that a delivery agent holds (shared) until its results are written, and that qmgr
    /// tries (exclusive) before it schedules. False: somebody else holds it. Released on closing.
    Result<bool> try_lock(LockKind kind);

    EnvelopeReader envelope() const { return EnvelopeReader(file_.get(), path_); }
    ContentReader content(const MessageSizes& sizes) const;

    /// Marks the recipient whose record is at `offset` as done; marking twice is no error.
    /// Error: permanent, no recipient record is there. Not synced: see sync().
    Result<void> mark_done(off_t offset);
    /// Overwrites the warning time record at `offset`: the sender was warned.
    Result<void> clear_warn_time(off_t offset);
    /// The same of the attribute trace_flags: the report was sent.
    Result<void> clear_trace_flags(off_t offset);
    Result<void> sync();

private:
    Result<void> overwrite(off_t offset, RecordType type, std::string_view what,
                           const std::function<std::string(std::string_view)>& changed);
    QueueFile(QueueId id, Queue queue, std::string path, Fd file, const struct stat& status);

    QueueId id_;
    Queue queue_;
    std::string path_;
    Fd file_;
    struct stat status_;
};

struct QueueFile::Opened {
    FileState state = FileState::absent;
    std::optional<QueueFile> file;  ///< when ready
};

}  // namespace postern::queue
