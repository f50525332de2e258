// The state of one SMTP session, which verbs and restrictions look at and change. The dialogue
// itself, reading and writing, is in dialogue.h.
#pragma once

#include "lib/milter/milters.h"
#include "lib/report/reporter.h"
#include "lib/report/smtpd_events.h"
#include "lib/sasl/secret.h"
#include "lib/tls/established.h"
#include "smtpd/client.h"
#include "smtpd/house.h"
#include "smtpd/transaction.h"
#include "smtpd/verb.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::smtpd {

class ChunkedContent;
class MailSink;
class ProxiedMail;
class Submission;

/// Who the client has proved to be (AUTH), until the end of the session.
struct Login {
    std::string method, username;
};

/// What an AUTH command asked for; the response still in base64.
struct LoginRequest {
    std::string mechanism;  ///< upper case
    std::optional<sasl::Secret> initial;
};

struct Session {
    Session(const House& its_house, Client its_client, Reporter its_reporter);
    ~Session();

    const House& house;
    Client client;
    event::SocketAddress local;  ///< our side; known from the first content on
    const WallTime began;
    Reporter reporter;  ///< under the session's number
    std::string helo;   ///< "" before a greeting
    bool is_esmtp = false;
    bool is_encrypted = false;              ///< by TLS
    std::unique_ptr<tls::Established> tls;  ///< what the handshake came to; null in clear

    bool is_stressed = false;  ///< the process has as many sessions as it may

    /// What the dialogue does after the reply to a verb.
    enum class Next { command, content, chunk, login, handshake, greeting, bye };
    Next next = Next::command;
    std::uint64_t chunk_size = 0;  ///< with Next::chunk
    bool is_last_chunk = false;

    std::optional<Login> login;
    std::unique_ptr<LoginRequest> login_request;  ///< with Next::login
    std::vector<std::string> sasl_mechanisms;     ///< that this client may use; found by EHLO

    /// "RCPT": what was going on, for log lines; CONNECT before the first command.
    std::string_view stage = "CONNECT";
    std::unique_ptr<Transaction> mail;           ///< from MAIL on
    std::unique_ptr<ForwardedClient> forwarded;  ///< XFORWARD, until the transaction ends
    std::unique_ptr<milter::Milters> milters;    ///< null: none
    std::unique_ptr<Submission> submission;  ///< on its way to the queue, once it has begun
    std::unique_ptr<ProxiedMail> proxied;    ///< from the first recipient on: smtpd_proxy_filter
    std::unique_ptr<ChunkedContent> chunks;  ///< from the first BDAT of a transaction on
    bool is_bare_newline_exempt = false, is_line_bare = false, has_bare_newline = false;
    bool has_pipelined_improperly = false;
    bool is_error_forgiven = false;  ///< the refusal of this command counts as no error
    bool may_xclient = false, may_xforward = false, may_xverp = false;
    std::int64_t open_connections = 0;  ///< of this client, where anvil counts it
    bool is_counted = false;            ///< anvil waits for the end of the connection
    std::optional<bool> is_rate_limited;
    std::optional<Reply> refusal;                 ///< of the connection: told to every command
    /// defer_if_permit of lists that are not delayed: for RCPT, VRFY and ETRN to be held to.
    std::optional<Reply> deferred_at_connect, deferred_at_helo;
    std::vector<std::string> discarded_keywords;  ///< that EHLO does not announce; lower case
    unsigned transactions = 0;                    ///< that have ended
    int errors = 0, junk_commands = 0;
    std::array<std::uint16_t, verb_count> accepted{}, total{};

    /// The command that is being obeyed, as it came.
    std::string_view command;

    const Settings& settings() const noexcept { return house.settings; }
    /// SMTP or ESMTP.
    std::string_view protocol() const noexcept;
    /// Where the content of the transaction goes.
    MailSink& sink();
    void end_transaction();
    /// One for each transaction of the machine: "PID.SESSION.TRANSACTION".
    std::string instance() const;

    /// Logs "reject: RCPT from ...: reply; from=<> to=<> ..." and gives the reply back.
    /// `recipient` null: the first that was accepted, if any.
    Reply refuse(Reply reply, std::string_view at, const std::string* recipient = nullptr) const;
    /// The same for any other action: warn, hold, filter ...
    void report(std::string_view action, std::string_view at, std::string_view text,
                const std::string* recipient = nullptr) const;
    void report(std::string_view action, std::string_view at, std::string_view text,
                const report::Transaction& transaction) const;
    /// Of the message under way; "": not known, or none.
    std::string_view queue_id() const noexcept {
        return mail ? std::string_view(mail->queue_id) : "";
    }
    /// "QUEUEID: client=...", at the moment of the first recipient: whoever sorts the log reads it
    /// before what became of the message. No queue id: a filter gets it.
    void report_accepted(const std::string& queue_id) const;
    report::Transaction transaction(const std::string* recipient) const;
    report::Login login_report() const;
    /// "mail.example[192.0.2.1]", with the port where smtpd_client_port_logging asks for it.
    std::string client_text() const {
        return report::client_text(client.peer(), reporter.wording());
    }
};

}  // namespace postern::smtpd
