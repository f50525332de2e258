// Messages into mailboxes, in threads that act as their owners.
#pragma once

#include "lib/delivery/job.h"
#include "lib/delivery/maildir.h"
#include "lib/delivery/mbox.h"
#include "lib/delivery/user_threads.h"

#include <string>

namespace postern::delivery {

/// The content of a message for a thread, which may outlive the job.
class Source {
public:
    explicit Source(const Job& job);
    queue::ContentReader content() const { return {file_.get(), name_, begin_}; }

private:
    Fd file_;
    std::string name_;
    off_t begin_;
};

/// References outlive it. A message that is being written is written to its end, even when nobody
/// waits for it any more.
class MailboxWriter {
public:
    MailboxWriter(UserThreads& threads, const Clock& clock, const Log& log)
        : threads_(threads), clock_(clock), log_(log) {}

    /// As append_to_mbox(), with the sender of the "From " line, and deliver_to_maildir(); what
    /// the administrator is to hear of it is logged. The offset of the message in its file.
    Task<Result<off_t>> append(service::Identity owner, std::string path, std::string sender,
                               std::string head, const Job& job, MboxSettings settings) const;
    Task<Result<off_t>> deliver(service::Identity owner, Maildir maildir, std::string head,
                                const Job& job) const;

private:
    Result<off_t> heard(Written written) const;

    UserThreads& threads_;
    const Clock& clock_;
    const Log& log_;
};

}  // namespace postern::delivery
