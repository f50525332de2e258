// One SMTP session with the content filter before the queue, about one message.
#pragma once

#include "smtpd/proxy_filter.h"
#include "smtpd/session.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace postern::smtpd {

/// What the client hears of failures of ours and of the filter: no details.
Reply unavailable();

/// Commands go one by one, each after the reply to the one before. What breaks, and why, is logged
/// here.
class ProxyDialogue {
public:
    explicit ProxyDialogue(Session& session)
        : session_(session), filter_(*session.house.proxy_filter) {}
    /// Says QUIT where the filter expects a command.
    ~ProxyDialogue();

    /// Connects, takes the greeting, says EHLO and, where the filter takes it, XFORWARD.
    /// The refusal for the client, when that fails.
    Task<std::optional<Reply>> open();
    /// MAIL or RCPT. The refusal, which is logged.
    Task<std::optional<Reply>> tell(std::string_view command);
    /// DATA: the same; whatever is no 354 refuses.
    Task<std::optional<Reply>> begin_content(std::string_view command);
    /// Lines of content, with their ends and dots. False: there is no session, or no DATA was said.
    Task<bool> send(std::string_view lines);
    /// The final dot, and what the filter says of the message.
    Task<Reply> end_content();

    /// In the middle of the content, hangs up without a word: the filter must not take what it has
    /// for a message.
    void abandon() {
        if (is_in_content_) connection_.reset();
    }

private:
    Task<Result<Reply>> read_reply();
    Task<Reply> ask(std::string_view command);
    Task<std::optional<Reply>> greet();
    Task<std::optional<Reply>> forward();
    Reply broken(const Error& error);
    void refused(std::string_view command, const Reply& reply) const;

    Session& session_;
    const ProxyFilter& filter_;
    std::unique_ptr<ProxyFilter::Connection> connection_;
    bool is_in_content_ = false;                   // where QUIT would be a line of the message
    std::set<std::string, std::less<>> xforward_;  // attributes that the filter takes
};

}  // namespace postern::smtpd
