// RSET, NOOP, QUIT (RFC 5321 section 4.1.1), and the verbs of what is not offered.
#include "smtpd/session.h"

namespace postern::smtpd::verb {

Answer<Reply> rset(Session& session, std::string_view arguments) {
    if (!arguments.empty()) return reply(501, "5.5.4", "Syntax: RSET");
    session.end_transaction();
    return ok();
}

Answer<Reply> noop(Session&, std::string_view) {
    return ok();
}

Answer<Reply> quit(Session& session, std::string_view) {
    session.next = Session::Next::bye;
    return reply(221, "2.0.0", "Bye");
}

}  // namespace postern::smtpd::verb
