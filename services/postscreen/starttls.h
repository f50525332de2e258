// TLS with clients that talk to postscreen itself (postscreen_tls_*).
#pragma once

#include "lib/event/stream.h"
#include "lib/service/tables.h"
#include "lib/service/tls_sessions.h"
#include "lib/tls/level.h"
#include "lib/tls/server.h"

#include <memory>
#include <string>

namespace postern::postscreen {

/// One in a process.
class Starttls {
public:
    /// Reads keys and certificates; before the chroot. What is wrong with them is logged with the
    /// file's name, and STARTTLS is not announced then.
    Starttls(service::Daemon& daemon, service::Tables& tables);

    bool is_available() const noexcept { return server_ != nullptr; }
    bool is_mandatory() const noexcept { return level_ == tls::Level::encrypt; }
    /// Makes the connection a TLS connection. False: it is lost, as the log says.
    Task<bool> secure(event::Stream& stream, std::string client, Reporter reporter,
                      Deadline deadline) const;

private:
    tls::Level level_;
    int log_level_;
    service::TlsSessions sessions_;
    std::unique_ptr<tls::Server> server_;   // null: not wanted, or its keys could not be read
};

}  // namespace postern::postscreen
