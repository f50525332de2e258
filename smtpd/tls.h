// TLS with clients (RFC 3207, RFC 8314): what is offered and demanded, and the handshake.
#pragma once

#include "lib/event/stream.h"
#include "lib/service/tables.h"
#include "lib/service/tls_sessions.h"
#include "lib/tls/level.h"
#include "lib/tls/server.h"
#include "smtpd/reply.h"
#include "smtpd/verb.h"

#include <memory>
#include <optional>
#include <string>

namespace postern::smtpd {

struct Session;

/// One in a process.
class Tls {
public:
    /// Reads keys and certificates; before the chroot. What is wrong with them is logged with the
    /// file's name, and clients are told that TLS is not available; a value of main.cf that means
    /// nothing ends the process.
    Tls(service::Daemon& daemon, service::Tables& tables);

    bool is_offered() const noexcept { return level_ != tls::Level::none; }
    bool is_mandatory() const noexcept { return level_ == tls::Level::encrypt; }
    bool is_available() const noexcept { return server_ != nullptr; }
    /// The handshake comes before the greeting (smtpd_tls_wrappermode).
    bool comes_first() const noexcept { return wraps_; }

    /// "530 5.7.0 Must issue a STARTTLS command first", for a verb that the client may not use
    /// in clear.
    std::optional<Reply> refuse_in_clear(const Session& session, const Verb& verb) const;
    /// Makes the connection a TLS connection; `session.tls` says what it came to. False: it is
    /// lost, as the log says.
    Task<bool> secure(Session& session, event::Stream& stream, Deadline deadline) const;
    /// What the client must be told when it did not prove who it is (smtpd_tls_req_ccert).
    std::optional<Reply> refuse_client(const Session& session) const;
    /// The lines of Received: about TLS (smtpd_tls_received_header); "" without.
    std::string received_text(const Session& session) const;

private:
    tls::ServerSettings settings(const service::Daemon& daemon) const;

    tls::Level level_;
    bool wraps_, requires_certificate_ = false, tells_in_header_;
    std::string fingerprint_digest_;
    tls::LogLevels log_levels_;
    service::TlsSessions sessions_;
    std::unique_ptr<tls::Server> server_;  // null: its keys could not be read
};

}  // namespace postern::smtpd
