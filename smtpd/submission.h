// A message on its way to cleanup, or stand-alone to postdrop: envelope, content in pieces, and the
// reply for the client.
#pragma once

#include "lib/service/client.h"
#include "lib/service/cleanup.h"
#include "lib/service/postdrop.h"
#include "smtpd/session.h"

#include <optional>

namespace postern::smtpd {

/// One message. Destroyed before finish() has its answer, cleanup forgets it.
class Submission {
public:
    explicit Submission(Session& session) : session_(session) {}

    /// Begins before there is content: what cleanup calls the message, for milters to know.
    Task<Result<std::string>> open();
    /// Where records of content are gathered; send() passes them on.
    std::string& records() noexcept { return records_; }
    /// Enough has gathered to be sent.
    bool is_ripe() const noexcept { return records_.size() >= 48 * 1024; }
    /// Waits while cleanup wants no more. A failure shows in finish().
    Task<void> send();
    /// Drops what gathered: the message is refused already.
    void refuse() { is_refused_ = true, records_.clear(); }

    /// Completes the message, and says what became of it.
    Task<Result<service::Submitted>> finish();

private:
    Deadline deadline() const;
    Task<Result<void>> begin();
    Result<void> begin_posting(const std::string& command);
    Task<void> pass_on();
    Result<service::Submitted> finish_posting();

    Task<void> filter();

    Session& session_;
    std::string records_;
    std::optional<service::Upload<service::Submit>> upload_;
    std::optional<service::Postdrop> posting_;   // waits for the disk, which holds up nobody else
    std::string queue_id_;                       // of the posting
    std::optional<Error> failure_;
    bool is_refused_ = false;
};

/// "250 2.0.0 QUEUED ID", or why not.
Reply reply_to(const Result<service::Submitted>& submitted, const std::string& queued);

}  // namespace postern::smtpd
