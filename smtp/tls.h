// TLS with servers (RFC 3207, RFC 8314): what destinations want, and the handshake.
#pragma once

#include "lib/report/reporter.h"
#include "lib/service/tables.h"
#include "lib/service/tls_sessions.h"
#include "lib/tls/client.h"
#include "smtp/session.h"
#include "smtp/tls_policy.h"

#include <memory>
#include <optional>
#include <string>

namespace postern::smtp {

/// One in a process.
class Tls {
public:
    /// Reads keys and certificates; before the chroot. What is wrong with them is logged with the
    /// file's name, and mail that must be encrypted waits; a value of main.cf that means nothing
    /// ends the process.
    Tls(service::Daemon& daemon, service::Tables& tables, bool is_lmtp);

    const TlsPolicies& policies() const noexcept { return policies_; }
    bool is_available() const noexcept { return client_ != nullptr; }
    /// The handshake comes before the greeting (smtp_tls_wrappermode).
    bool comes_first() const noexcept { return wraps_; }

    /// Makes the session a TLS session; `session.tls` says what it came to. Error: the connection
    /// is lost, as the log says.
    Task<Result<void>> secure(Session& session, std::string nexthop, TlsPolicy policy) const;
    /// The server's certificate counts for nothing, whatever it is: "certificate verification failed for
    /// mx.example[192.0.2.1]:25: sts-policy-invalid".
    void report_unverified(const Session& session, std::string_view why) const;
    /// "Verified TLS connection reused to ...".
    Task<void> report_reuse(const Session& session) const;
    /// smtp_tls_note_starttls_offer
    void note_offer(const Session& session) const;
    /// A reply that came before its command ends the session (smtp_tls_block_early_mail_reply).
    bool blocks_early_replies() const noexcept { return blocks_early_replies_; }

private:
    Task<tls::LogLevel> log_level(const Session& session) const;

    const bool wraps_, notes_offers_, blocks_early_replies_;
    const seconds timeout_;
    const tls::LogLevels log_levels_;
    const Reporter reporter_;
    service::TlsSessions sessions_;
    TlsPolicies policies_;
    std::unique_ptr<tls::Client> client_;   // null: its keys could not be read, or nobody wants TLS
};

}  // namespace postern::smtp
