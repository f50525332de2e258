// What happens in an SMTP session with a client.
#pragma once

#include "lib/base/log.h"
#include "lib/report/counters.h"
#include "lib/report/record.h"
#include "lib/report/wording.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace postern::report {

/// How the client has proved who it is; empty where it has not.
struct Login {
    std::string_view method, username, sender;
};

/// The transaction in which something happened: the end of a reject line. What is not known yet is
/// left out.
struct Transaction {
    std::optional<std::string_view> sender, recipient;   ///< internal form
    std::string_view protocol;                           ///< "ESMTP"
    std::string_view helo;
    Login login;
};
/// "from=<a@b.example> to=<c@d.example> proto=ESMTP helo=<mail.example>".
std::string transaction_text(const Transaction& transaction, const Wording& wording);
void describe_transaction(Record& record, const Transaction& transaction);

/// "connect from mail.example[192.0.2.1]"
struct ClientConnected {
    static constexpr std::string_view name = "client_connected";
    Peer client;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::clients_connected); }
};

/// "disconnect from mail.example[192.0.2.1] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4": of each
/// command how many succeeded, and of how many where that is not all.
struct ClientDisconnected {
    static constexpr std::string_view name = "client_disconnected";
    struct Command {
        std::string_view name;   ///< lower case; "unknown" for what we do not know
        std::uint32_t accepted = 0, total = 0;
    };
    Peer client;
    std::span<const Command> commands;   ///< in the order of the line; unused ones are left out
    std::string_view notes;              ///< "bare_lf" (smtpd_forbid_bare_newline = note)

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::clients_disconnected); }
};

/// "QUEUEID: client=mail.example[192.0.2.1], sasl_method=PLAIN, sasl_username=a, orig_client=..."
struct MailAccepted {
    static constexpr std::string_view name = "mail_accepted";
    std::string_view queue_id;           ///< empty: NOQUEUE, a filter gets it (smtpd_proxy_filter)
    Peer client;
    Login login;
    std::string_view orig_queue_id;      ///< XFORWARD IDENT
    std::optional<Peer> orig_client;     ///< XFORWARD NAME and ADDR

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const {
        if (!queue_id.empty()) counters.add(Counter::mail_received);
    }
};

/// What was done with a client's request: "NOQUEUE: reject: RCPT from mail.example[192.0.2.1]: 554
/// 5.7.1 <c@d.example>: Relay access denied; from=<...> to=<...> proto=ESMTP helo=<...>". Also
/// what a milter decides ("milter-reject", stage "END-OF-MESSAGE").
struct RequestActedOn {
    static constexpr std::string_view name = "request_acted_on";
    std::string_view queue_id;   ///< empty: NOQUEUE
    std::string_view action;     ///< reject, reject_warning, warn, info, hold, discard, filter,
                                 ///< redirect, bcc, permit, delay, prepend, milter-reject ...
    std::string_view stage;      ///< CONNECT EHLO HELO MAIL RCPT DATA END-OF-MESSAGE VRFY ETRN ...
    Peer client;
    std::string_view text;       ///< the reply, or what the access table said
    Transaction transaction;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const;
};

/// What the filter before the queue made of a message: "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok;
/// from=<...> to=<...> proto=ESMTP helo=<...>", or "proxy-reject".
struct ProxyAnswered {
    static constexpr std::string_view name = "proxy_answered";
    bool is_accepted = false;
    std::string_view reply;      ///< as it was said, control characters replaced
    Transaction transaction;     ///< with the first recipient

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const;
};

/// "NOQUEUE: lost connection after DATA (120 bytes) from mail.example[192.0.2.1]", and the same
/// with "timeout" and "too many errors".
struct SessionBroken {
    static constexpr std::string_view name = "session_broken";
    enum class Cause { lost_connection, timeout, too_many_errors };
    std::string_view queue_id;   ///< empty: NOQUEUE
    Cause cause = Cause::lost_connection;
    std::string_view stage;      ///< the last command: "CONNECT", "DATA (120 bytes)"
    Peer client;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const;
};

/// "improper command pipelining after EHLO from mail.example[192.0.2.1]: MAIL FROM..."
struct PipeliningImproper {
    static constexpr std::string_view name = "pipelining_improper";
    std::string_view stage;
    Peer client;
    std::string_view input;   ///< what came too early

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "warning: mail.example[192.0.2.1]: SASL LOGIN authentication failed: reason"
struct AuthenticationFailed {
    static constexpr std::string_view name = "authentication_failed";
    static constexpr Severity severity = Severity::warning;
    Peer client;
    std::string_view method, reason, username;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
    void count(Counters& counters) const { counters.add(Counter::authentications_failed); }
};

/// "warning: mail.example[192.0.2.1]: SASL LOGIN authentication aborted"
struct AuthenticationAborted {
    static constexpr std::string_view name = "authentication_aborted";
    static constexpr Severity severity = Severity::warning;
    Peer client;
    std::string_view method;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "warning: hostname mail.example does not resolve to address 192.0.2.1: Name or service not
/// known"
struct ClientNameUnverified {
    static constexpr std::string_view name = "client_name_unverified";
    static constexpr Severity severity = Severity::warning;
    std::string_view hostname, address;
    std::string_view reason;   ///< empty: it resolves to other addresses

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "warning: non-SMTP command from mail.example[192.0.2.1]: GET / HTTP/1.1"
struct ForbiddenCommandReceived {
    static constexpr std::string_view name = "forbidden_command_received";
    static constexpr Severity severity = Severity::warning;
    Peer client;
    std::string_view input;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "warning: Connection rate limit exceeded: 61 from mail.example[192.0.2.1] for service smtp"
struct ClientLimitExceeded {
    static constexpr std::string_view name = "client_limit_exceeded";
    static constexpr Severity severity = Severity::warning;
    std::string_view limit;   ///< "Connection rate", "Connection concurrency", "Message delivery
                              ///< request rate", "Recipient address rate" ...
    std::int64_t value = 0;
    Peer client;
    std::string_view service;   ///< as the first column of master.cf has it

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// smtpd_reject_filter_maps changed a reply: "NOQUEUE: reject filter in: 451 ..." and then
/// "NOQUEUE: reject filter out: 550 ...".
struct ReplyFiltered {
    static constexpr std::string_view name = "reply_filtered";
    std::string_view queue_id;
    enum class Side { in, out } side = Side::in;
    std::string_view reply;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

}  // namespace postern::report
