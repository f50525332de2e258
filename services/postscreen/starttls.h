// TLS with clients that talk to postscreen itself (postscreen_tls_security_level): tlsproxy speaks it.
#pragma once

#include "lib/event/stream.h"
#include "lib/report/reporter.h"
#include "lib/service/daemon.h"
#include "lib/service/passed_client.h"
#include "lib/tls/level.h"

#include <memory>
#include <string>

namespace postern::postscreen {

/// One in a process.
class Starttls {
public:
    /// A level that is none ends the process.
    explicit Starttls(service::Daemon& daemon);

    bool is_offered() const noexcept { return level_ != tls::Level::none; }
    bool is_mandatory() const noexcept { return level_ == tls::Level::encrypt; }

    /// A connection to tlsproxy, which can speak TLS now. Null: it cannot, as the log says.
    Task<std::unique_ptr<event::Stream>> reach(Reporter reporter, Deadline deadline) const;
    /// Lets tlsproxy have the client; its plain text comes over `proxy` then. False: the client is
    /// lost.
    Task<bool> hand_over(event::Stream& proxy, int client, service::PassedClient who, Reporter reporter,
                         Deadline deadline) const;

private:
    event::Loop& loop_;
    const tls::Level level_;
    const std::string service_;
};

}  // namespace postern::postscreen
