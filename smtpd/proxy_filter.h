// The content filter before the queue (smtpd_proxy_filter, SMTPD_PROXY_README): where it is, and
// how it is spoken to.
#pragma once

#include "lib/config/config.h"
#include "lib/event/pool.h"
#include "lib/service/daemon.h"
#include "lib/table/network_table.h"

#include <memory>
#include <string>

namespace postern::smtpd {

/// One in a process.
class ProxyFilter {
public:
    using Connection = table::ServerConnections::Connection;

    /// A mistake in main.cf ends the process, with a line that names it.
    explicit ProxyFilter(service::Daemon& daemon);

    /// smtpd_proxy_filter names one.
    bool is_used() const noexcept { return !place_.empty(); }
    /// speed_adjust: it is asked when all of a message is here, in a file meanwhile.
    bool waits_for_content() const noexcept { return waits_for_content_; }
    const std::string& place() const noexcept { return place_; }  ///< as main.cf has it
    const std::string& ehlo() const noexcept { return ehlo_; }
    /// smtpd_proxy_timeout, from now on.
    Deadline deadline() const { return loop_.in(timeout_); }

    /// A new connection. Error: temporary, names the filter.
    Task<Result<std::unique_ptr<Connection>>> connect() const { return connections_->connect(); }
    /// Says QUIT and hangs up, in the background.
    void leave(std::unique_ptr<Connection> connection) const;

    event::Pool& disk() const noexcept { return disk_; }

private:
    event::Loop& loop_;
    event::TaskGroup& tasks_;
    event::Pool& disk_;
    const std::string place_, ehlo_;
    const seconds timeout_;
    const bool waits_for_content_;
    std::unique_ptr<table::ServerConnections> connections_;
};

}  // namespace postern::smtpd
