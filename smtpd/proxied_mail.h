// A message on its way to the content filter before the queue: the filter hears the client's
// commands and content, and the client hears the filter's replies.
#pragma once

#include "smtpd/mail_sink.h"
#include "smtpd/session.h"

#include <memory>
#include <optional>
#include <string>

namespace postern::smtpd {

class ProxiedMail : public MailSink {
public:
    /// The client's commands, as they came. Each gives the filter's refusal, or nothing.
    virtual Task<std::optional<Reply>> mail(std::string command) = 0;
    virtual Task<std::optional<Reply>> rcpt(std::string command) = 0;
    virtual Task<std::optional<Reply>> data(std::string command) = 0;

    /// It is in no queue of ours.
    Task<Result<std::string>> name() final { co_return std::string(); }
};

/// Tells the filter of the session's MAIL: at once or, with speed_adjust, when the message is
/// complete. session.proxied is there unless it is refused.
Task<std::optional<Reply>> begin_proxied_mail(Session& session);

/// DATA; and the header fields that come before those of the client.
Task<std::optional<Reply>> begin_proxied_content(Session& session);

/// Queue-file records of content as SMTP sends them: lines that end with CR LF, dots doubled
/// (RFC 5321 section 4.5.2). `at_line_start` goes from one piece of the content to the next.
std::string content_lines(std::string_view records, bool& at_line_start);

}  // namespace postern::smtpd
