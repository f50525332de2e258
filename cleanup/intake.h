// Takes messages from those who submit them, one request each, many at once.
#pragma once

#include "cleanup/message.h"
#include "lib/mail/status_code.h"
#include "lib/service/bounce.h"
#include "lib/service/client.h"
#include "lib/service/server.h"

namespace postern::cleanup {

class Intake {
public:
    /// `bounce` is asked when a message that nobody waits for (from pickup) cannot be accepted.
    Intake(const Workshop& workshop, service::Client& bounce, event::Loop& loop);

    /// Answers when the message is durable, or says why it is not in the queue.
    Task<Result<service::Submitted>> submit(service::Submit request, service::Content& content);

private:
    Task<void> return_to_sender(const Message& message, service::Submitted& answer);
    void report_returned(const Draft& draft, std::string_view queue_id, const mail::CodedText& reason) const;

    const Workshop& workshop_;
    service::Client& bounce_;
    event::Loop& loop_;
};

}  // namespace postern::cleanup
