// A message on its way into maildrop/.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/result.h"
#include "lib/queue/queue_id.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::postdrop {

/// A file below maildrop/ of the working directory, which is the queue directory. Until keep() it
/// is not complete (pickup passes over a file that its owner may not execute), and it is removed
/// when destroyed.
class MaildropFile {
public:
    /// Makes it under a temporary name, learns its inode, and renames it to its queue id. Its
    /// first record is the arrival time. Errors name the file.
    static Result<MaildropFile> create(WallTime now, bool enable_long_queue_ids);

    MaildropFile(MaildropFile&& other) noexcept;
    MaildropFile& operator=(MaildropFile&&) = delete;
    ~MaildropFile();

    const queue::QueueId& id() const noexcept { return id_; }
    Result<void> append(std::string_view records);
    /// Complete and on the disk.
    Result<void> keep();

private:
    MaildropFile(queue::QueueId id, std::string path, Fd file);

    queue::QueueId id_;
    std::string path_;   // empty: nothing to remove any more
    Fd file_;
};

}  // namespace postern::postdrop
