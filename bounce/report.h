// The text of a delivery status notification (RFC 3462, RFC 3464; RFC 6533 for SMTPUTF8).
#pragma once

#include "bounce/original.h"
#include "bounce/templates.h"
#include "lib/queue/message_log.h"

#include <optional>
#include <string>
#include <vector>

namespace postern::bounce {

/// All that a report says.
struct Report {
    Report(TemplateKind its_kind, const Template& its_words) : kind(its_kind), words(its_words) {}

    TemplateKind kind;
    const Template& words;
    std::string text;                  ///< the expanded words; "" in a postmaster's copy
    bool is_postmaster_copy = false;
    std::string to;                    ///< internal form
    std::string queue_id, sender;      ///< of the original; the sender in internal form, the null
                                       ///< sender as MAILER-DAEMON
    std::string dsn_envid, encoding;
    bool is_smtputf8 = false;
    bool has_smtputf8 = false;         ///< smtputf8_enable
    std::string thread;                ///< enable_threaded_bounces: the original's Message-ID
    bool tls_is_optional = false;      ///< the original said so: TLS-Required: no (RFC 8689)
    std::string myhostname, mail_name;
    std::vector<queue::LogEntry> entries;
    Original original;
    std::optional<WallTime> retried_until;   ///< of delays
    WallTime now;
};

/// Its lines, header first.
std::vector<std::string> lines_of(const Report& report);

/// What people read of one recipient: "<address>: reason", in lines of at most 79 bytes.
std::vector<std::string> explanation(const queue::LogEntry& entry);

}  // namespace postern::bounce
