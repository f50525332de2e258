// SMTP with a client that may not talk to smtpd now (RFC 5321): to learn how it behaves, and for
// whom it has mail. No recipient is accepted.
#pragma once

#include "services/postscreen/visit.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::postscreen {

/// What a command takes and changes.
struct Session {
    explicit Session(Visit& its_visit) : visit(its_visit) {}

    Visit& visit;
    std::string helo, sender;
    std::string_view protocol = "SMTP";
    bool has_greeted = false, has_mail = false, has_named_recipient = false;
    bool is_encrypted = false;
    std::vector<std::string> discarded_keywords;   ///< lower case

    enum class Next { command, starttls, bye };
    Next next = Next::command;

    bool offers(std::string_view keyword) const;
    void end_transaction() { has_mail = false; }
};

struct Verb {
    std::string_view name;   ///< upper case
    Reply (*obey)(Session& session, std::string_view arguments);
    bool needs_tls;          ///< where TLS is mandatory
};
/// By name in any case; null: not one of ours.
const Verb* find_verb(std::string_view name);

/// From the greeting to the last reply. Passes the deep tests where the client came as far as a
/// recipient and did nothing wrong; logs what it did wrong.
Task<void> converse(Visit& visit);

}  // namespace postern::postscreen
