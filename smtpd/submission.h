// A message on its way to cleanup, or stand-alone to postdrop: envelope, content in pieces, and the
// reply for the client.
#pragma once

#include "lib/service/cleanup.h"
#include "lib/service/client.h"
#include "lib/service/postdrop.h"
#include "smtpd/mail_sink.h"
#include "smtpd/session.h"

#include <optional>

namespace postern::smtpd {

class Submission final : public MailSink {
public:
    explicit Submission(Session& session) : session_(session) {}

    Task<Result<std::string>> name() override;
    std::string& records() override { return records_; }
    Task<void> send() override;
    void refuse() override { is_refused_ = true, records_.clear(); }
    Task<Reply> finish(std::string queued) override;

private:
    Deadline deadline() const;
    bool is_for_postdrop() const;
    Task<Result<std::string>> begin_early();
    Task<Result<void>> begin();
    Result<void> begin_posting(const std::string& command);
    Task<void> pass_on();
    Result<service::Submitted> finish_posting();
    Task<Result<service::Submitted>> complete();

    Task<void> filter();

    Session& session_;
    std::string records_;
    std::optional<service::Upload<service::Submit>> upload_;
    std::optional<service::Postdrop> posting_;  // waits for the disk, which holds up nobody else
    std::string queue_id_;                      // of the posting
    std::optional<Error> failure_;
    bool has_begun_ = false;  // the envelope is sent
    bool is_refused_ = false;
};

/// Makes the queue id of the session's message known, and says in the log from whom it is: for who
/// asks for it or logs it before the end. A failure is logged.
Task<void> name_message(Session& session);

/// The same for a message that has a recipient; there is none before.
Task<void> name_accepted(Session& session);

}  // namespace postern::smtpd
