// A file in maildrop/, as its sender left it there: nobody trusts it.
#pragma once

#include "lib/base/fd.h"
#include "lib/queue/maildrop.h"
#include "lib/queue/record.h"
#include "lib/queue/spool.h"

#include <optional>
#include <string>

namespace postern::pickup {

enum class FileState {
    absent,      ///< gone meanwhile
    incomplete,  ///< its owner may not execute it: postdrop is still writing
    damaged,     ///< no regular file, more than one link, strange mode: not to be read
    ready,
};

/// Gives the records that cleanup gets. A file of the mail owner's is one that postsuper requeued:
/// a whole queue file, with all its records. Of others, what lib/queue/maildrop.h does not allow is
/// damage.
class SubmittedFile {
public:
    struct Opened;
    /// Does not follow a symbolic link, and does not wait for the other end of a FIFO.
    static Result<Opened> open(const queue::Spool& spool, const queue::QueueId& id, uid_t mail_owner);

    uid_t owner() const noexcept { return owner_; }
    const std::string& sender() const noexcept { return sender_; }   ///< as far as it was read

    /// Appends records to `block` until it has `size` bytes. False at the end. Error: permanent for
    /// damage.
    Result<bool> fill(std::string& block, std::size_t size);

private:
    SubmittedFile(Fd file, std::string path, uid_t owner, bool is_requeued);
    Result<bool> take(const queue::Record& record, std::string& block);
    bool is_passed_on(const queue::Record& record) const;

    Fd file_;
    queue::RecordReader records_;
    uid_t owner_;
    bool is_requeued_;
    queue::Section section_ = queue::Section::envelope;
    std::string sender_;
};

struct SubmittedFile::Opened {
    FileState state = FileState::absent;
    std::string problem = {};               ///< when damaged
    std::optional<SubmittedFile> file = {}; ///< when ready
};

}  // namespace postern::pickup
