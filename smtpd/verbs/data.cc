// DATA (RFC 5321 section 4.1.1.4) and BDAT (RFC 3030): the content itself is for the dialogue to
// receive.
#include "lib/base/strings.h"
#include "smtpd/chunk.h"
#include "smtpd/extensions.h"
#include "smtpd/milter_events.h"
#include "smtpd/proxied_mail.h"
#include "smtpd/rules/due_lists.h"
#include "smtpd/rules/rulebook.h"
#include "smtpd/submission.h"

#include <algorithm>

namespace postern::smtpd::verb {

namespace {

std::optional<Reply> without_recipients(const Session& session) {
    if (session.mail && !session.mail->recipients.empty()) return std::nullopt;
    if (session.mail) return reply(554, "5.5.1", "Error: no valid recipients");
    return reply(503, "5.5.1", "Error: need RCPT command");
}

/// The milters are told under which queue id the message will be.
Task<std::optional<Reply>> ask_milters(Session& session) {
    co_await name_message(session);
    if (session.queue_id().empty())
        co_return reply(451, "4.3.0", "Error: queue file write error");
    co_return co_await milter_event::data(session);
}

/// Restrictions, and whoever sees the content.
Task<std::optional<Reply>> refuses_content(Session& session) {
    if (auto no = co_await check_data(session)) co_return no;
    // A message whose content has been sent without it hears its queue id at the end only.
    if (!session.house.rules.end_of_data.empty()) co_await name_message(session);
    if (is_for_milters(session)) co_return co_await ask_milters(session);
    if (!session.proxied) co_return std::nullopt;
    if (!session.mail->actions.discards) co_return co_await begin_proxied_content(session);
    session.proxied->refuse();  // the client hears that all is well, and the filter nothing
    co_return std::nullopt;
}

Task<Reply> check_before_data(Session& session) {
    if (auto no = co_await refuses_content(session)) co_return *no;
    session.next = Session::Next::content;
    co_return reply(354, "", "End data with <CR><LF>.<CR><LF>");
}

}  // namespace

Answer<Reply> data(Session& session, std::string_view arguments) {
    if (session.chunks) return reply(503, "5.5.1", "Error: DATA after BDAT");
    if (auto no = without_recipients(session)) return *no;
    if (!arguments.empty()) return reply(501, "5.5.4", "Syntax: DATA");
    return check_before_data(session);
}

namespace {

/// Why the chunk is read and dropped.
Task<std::optional<Reply>> refuses_chunks(Session& session) {
    if (auto no = without_recipients(session)) co_return no;
    co_return co_await refuses_content(session);
}

/// The bytes follow at once, whatever we think of them (RFC 3030 section 2).
Task<Reply> expect_chunk(Session& session) {
    if (!session.chunks) {
        session.chunks = std::make_unique<ChunkedContent>(session);
        if (auto no = co_await refuses_chunks(session)) session.chunks->refuse(std::move(*no));
    }
    session.next = Session::Next::chunk;
    co_return ok();
}

}  // namespace

Answer<Reply> bdat(Session& session, std::string_view arguments) {
    // The bytes that follow are no commands.
    if (!offers(session, "CHUNKING")) {
        session.next = Session::Next::bye;
        return reply(521, "5.5.1", "Error: command not implemented");
    }
    const auto words = split(arguments, " \t");
    const auto size = words.empty() ? std::nullopt : parse_number(words[0]);
    const bool is_last = words.size() == 2 && same(words[1], "LAST");
    // Without a count there is no telling where commands go on.
    if (!size || words.size() > 2 || (words.size() == 2 && !is_last)) {
        session.next = Session::Next::bye;
        return reply(521, "5.5.4", "Syntax: BDAT count [LAST]");
    }
    session.chunk_size = *size;
    session.is_last_chunk = is_last;
    return expect_chunk(session);
}

}  // namespace postern::smtpd::verb
