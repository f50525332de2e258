// One mail transaction: from MAIL to the end of the content, RSET, or a new greeting.
#pragma once

#include "lib/base/log.h"
#include "lib/mail/dsn.h"
#include "lib/service/rewrite.h"
#include "smtpd/reply.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace postern::smtpd {

/// The parameters of MAIL.
struct MailParameters {
    std::uint64_t size = 0;  ///< declared; 0: not
    std::string body;        ///< BODY: "7bit", "8bit"; "" not given
    mail::ReturnContent ret = mail::ReturnContent::unspecified;
    std::string envelope_id;  ///< decoded; "" not given
    bool is_smtputf8 = false, requires_tls = false;
    std::string verp_delimiters;
    std::string sasl_sender;  ///< AUTH, in xtext; "" not given, or "<>"
};

struct AcceptedRecipient {
    std::string address;    ///< internal form, as it was given
    std::string dsn_orcpt;  ///< "type;address"
    mail::Notify notify;
};

/// What access(5) tables asked to be done with the message.
struct Actions {
    std::vector<std::string> bcc, prepend;
    std::string content_filter, redirect;
    bool holds = false, discards = false;
};

/// The recipient of whom milters hear now.
struct MilterRecipient {
    std::string address;
    std::optional<Reply> refusal;  ///< we have refused it ourselves
};

struct Transaction {
    std::string sender;   ///< internal form
    std::string command;  ///< MAIL, as it came
    MailParameters parameters;
    std::string sasl_sender;  ///< for whom who has logged in says that the mail is
    WallTime began;
    WallTime first_accepted;            ///< when the first recipient was
    std::optional<LogPlace> log_place;  ///< of that moment, until it is told
    std::vector<AcceptedRecipient> recipients;
    std::optional<Reply> deferred_at_sender;  ///< as Session::deferred_at_helo
    std::uint64_t content_size = 0;  ///< when all of it is there
    std::size_t overshoot = 0;       ///< recipients beyond smtpd_recipient_limit
    Actions actions;
    std::string queue_id;  ///< "": not known yet (name_message)
    std::optional<MilterRecipient> milter_recipient;
    bool is_local_context = false;  ///< local_header_rewrite_clients
    bool is_at_content = false;     ///< milters are shown the message itself
    /// What rewrite said of each address that was asked for.
    std::map<std::string, service::Route, std::less<>> routes;
};

}  // namespace postern::smtpd
