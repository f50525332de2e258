// What a submitted message may say, checked record by record while it comes in: it was written by
// somebody whom nobody trusts.
#pragma once

#include "lib/queue/maildrop.h"
#include "lib/queue/record.h"

#include <functional>
#include <optional>
#include <string>

namespace postern::postdrop {

/// Whether the user may send as `sender` (internal form).
using MaySendAs = std::function<Result<bool>(std::string_view sender)>;

class Submission {
public:
    explicit Submission(MaySendAs may_send_as) : may_send_as_(std::move(may_send_as)) {}

    /// What becomes of a record.
    enum class Verdict { keep, leave_out };
    /// Error: the record may not stand there, or its content may not be; the submission ends.
    Result<Verdict> take(const queue::Record& record);
    /// The end record came; nothing after it counts.
    bool is_complete() const noexcept { return is_complete_; }

private:
    Result<Verdict> take_attribute(std::string_view data);
    Result<Verdict> take_sender(std::string_view sender);
    void enter(queue::RecordType type);

    MaySendAs may_send_as_;
    queue::Section section_ = queue::Section::envelope;
    bool has_sender_ = false, is_complete_ = false;
};

}  // namespace postern::postdrop
