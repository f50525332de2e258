// The commands of a client. A verb takes the session and what follows its name, and gives the
// reply; only the dialogue (dialogue.h) reads and writes.
#pragma once

#include "lib/event/task.h"
#include "smtpd/reply.h"

#include <span>
#include <string_view>

namespace postern::smtpd {

struct Session;

struct Verb {
    std::string_view name;      ///< upper case
    std::string_view log_name;  ///< lower case, as the disconnect line has it
    Answer<Reply> (*obey)(Session& session, std::string_view arguments);
    bool is_last_in_group;  ///< nothing may be sent behind it before its reply (RFC 2920 §3.1)
    bool is_junk;           ///< counts against smtpd_junk_command_limit
};

/// In the order in which the disconnect line counts them; "unknown" comes after the last.
std::span<const Verb> verbs();
inline constexpr std::size_t verb_count = 16;

/// By name in any case; null: not one of ours.
const Verb* find_verb(std::string_view name);

namespace verb {
Answer<Reply> helo(Session& session, std::string_view arguments);
Answer<Reply> ehlo(Session& session, std::string_view arguments);
Answer<Reply> xclient(Session& session, std::string_view arguments);
Answer<Reply> xforward(Session& session, std::string_view arguments);
Answer<Reply> starttls(Session& session, std::string_view arguments);
Answer<Reply> auth(Session& session, std::string_view arguments);
Answer<Reply> mail(Session& session, std::string_view arguments);
Answer<Reply> rcpt(Session& session, std::string_view arguments);
Answer<Reply> data(Session& session, std::string_view arguments);
Answer<Reply> bdat(Session& session, std::string_view arguments);
Answer<Reply> rset(Session& session, std::string_view arguments);
Answer<Reply> noop(Session& session, std::string_view arguments);
Answer<Reply> vrfy(Session& session, std::string_view arguments);
Answer<Reply> etrn(Session& session, std::string_view arguments);
Answer<Reply> quit(Session& session, std::string_view arguments);
}  // namespace verb

}  // namespace postern::smtpd
