// Tells the postmaster of sessions with errors (notify_classes).
#pragma once

#include "lib/event/group.h"
#include "lib/service/client.h"
#include "smtpd/session.h"
#include "smtpd/transcript.h"

#include <string>

namespace postern::smtpd {

class Notices {
public:
    Notices(const Settings& settings, service::Client& cleanup, event::Loop& loop,
            event::TaskGroup& tasks)
        : settings_(settings), cleanup_(cleanup), loop_(loop), tasks_(tasks) {}

    /// At the end of a session: a message to error_notice_recipient, and one to
    /// bounce_notice_recipient, as far as notify_classes has what happened. Goes on by itself; a
    /// notice that cannot be queued is logged.
    void send(const Session& session, const Transcript& transcript);

private:
    Task<void> post(Reporter reporter, std::string to, std::string content);
    std::string content(const Session& session, const Transcript& transcript,
                        const std::string& to) const;

    const Settings& settings_;
    service::Client& cleanup_;
    event::Loop& loop_;
    event::TaskGroup& tasks_;
};

}  // namespace postern::smtpd
