// TLS with the clients of other daemons (postscreen): whose keys and levels it is done with.
#pragma once

#include "lib/report/reporter.h"
#include "lib/service/passed_client.h"
#include "lib/service/tables.h"
#include "lib/service/tls_sessions.h"
#include "lib/tls/server.h"

#include <memory>

namespace postern::tlsproxy {

/// One in a process. postscreen_tls_X counts where main.cf sets it, else tlsproxy_tls_X.
class Server {
public:
    /// Reads keys and certificates; before the chroot. What is wrong with them is logged with the
    /// file's name, and nobody is served then; a value of main.cf that means nothing ends the process.
    Server(service::Daemon& daemon, service::Tables& tables);

    /// Takes a client from another daemon, and carries its plain text over the connection on which
    /// it came, until one of them ends it.
    Task<void> serve(service::Session accepted, Reporter reporter) const;

private:
    event::Loop& loop_;
    const seconds handshake_time_, longest_silence_;
    const tls::LogLevels log_levels_;
    service::TlsSessions sessions_;
    std::unique_ptr<tls::Server> tls_;   // null: not wanted, or its keys could not be read
};

}  // namespace postern::tlsproxy
