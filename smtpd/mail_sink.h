// Where the content of a message goes once its envelope is accepted.
#pragma once

#include "lib/base/result.h"
#include "lib/event/task.h"
#include "smtpd/reply.h"

#include <string>

namespace postern::smtpd {

/// Into the queue (submission.h), or to a content filter that stands before it (proxied_mail.h).
/// One message; destroyed before finish() has its answer, nothing of it stays.
class MailSink {
public:
    virtual ~MailSink() = default;

    /// Asks what the queue calls the message, before the rest of its envelope and its content are
    /// known. "": that is not to be had. A failure shows in finish() again.
    virtual Task<Result<std::string>> name() = 0;
    /// Where queue-file records of content are gathered; send() passes them on.
    virtual std::string& records() = 0;
    /// Waits while the receiver wants no more. A failure shows in finish().
    virtual Task<void> send() = 0;
    /// Drops what gathered: the message is refused already.
    virtual void refuse() = 0;
    /// Completes the message: the reply to the client. "250 2.0.0 QUEUED ID" where it is in the
    /// queue.
    virtual Task<Reply> finish(std::string queued) = 0;

    /// Enough has gathered to be sent.
    bool is_ripe() { return records().size() >= 48 * 1024; }
};

}  // namespace postern::smtpd
