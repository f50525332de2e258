// The commands of a client that is not to send mail: nothing is looked up, and no recipient taken.
#include "lib/base/strings.h"
#include "lib/mail/smtp_path.h"
#include "services/postscreen/dialogue.h"
#include "services/postscreen/replies.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::postscreen {

namespace {

Reply ok(std::string_view status = "2.0.0") { return reply(250, status, "Ok"); }

/// The greeting of a session begins it anew. Who has said EHLO is logged as a speaker of ESMTP from
/// then on, as with Postfix.
bool greet(Session& session, std::string_view name) {
    if (name.empty()) return false;
    session.helo = printable(name.substr(0, name.find(' ')));
    session.has_greeted = true;
    session.end_transaction();
    return true;
}

Reply helo(Session& session, std::string_view arguments) {
    if (!greet(session, arguments)) return reply(501, "", "Syntax: HELO hostname");
    return reply(250, "", session.visit.settings().myhostname);
}

std::string announcement(const Session& session) {
    const Settings& settings = session.visit.settings();
    const bool has_tls = session.visit.house.starttls.is_offered() && !session.is_encrypted;
    const std::pair<std::string_view, bool> extensions[] = {
        {"SIZE", true}, {"VRFY", !settings.is_vrfy_disabled}, {"ETRN", true}, {"STARTTLS", has_tls},
        {"ENHANCEDSTATUSCODES", true}, {"8BITMIME", true}, {"DSN", true},
        {"SMTPUTF8", settings.smtputf8_enable}, {"CHUNKING", true}};
    std::string text = settings.myhostname;
    for (const auto& [keyword, is_known] : extensions) {
        if (!is_known || !session.offers(keyword)) continue;
        text.append("\n").append(keyword);
        if (keyword == "SIZE" && settings.message_size_limit > 0)
            text += fmt::format(" {}", settings.message_size_limit);
    }
    return text;
}

Reply ehlo(Session& session, std::string_view arguments) {
    if (!greet(session, arguments)) return reply(501, "", "Syntax: EHLO hostname");
    session.protocol = "ESMTP";
    return reply(250, "", announcement(session));
}

Reply starttls(Session& session, std::string_view arguments) {
    if (!arguments.empty()) return reply(501, "5.5.4", "Syntax: STARTTLS");
    if (session.is_encrypted) return reply(554, "5.5.1", "Error: TLS already active");
    if (!session.visit.house.starttls.is_offered() || !session.offers("STARTTLS"))
        return reply(502, "5.5.1", "Error: command not implemented");
    session.next = Session::Next::starttls;
    return {};   // tlsproxy's word comes first
}

/// What follows "FROM:" or "TO:", whichever it is; nothing where there is no such word.
std::optional<std::string_view> path_text(std::string_view arguments) {
    const auto colon = arguments.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    const std::string_view word = arguments.substr(0, colon);
    if (!std::ranges::all_of(word, is_ascii_alpha)) return std::nullopt;
    return trim(arguments.substr(colon + 1));
}

/// The address, for the log, whatever is behind it; of what is none, as much as can be one.
std::string address_in(std::string_view text) {
    const auto parsed = mail::parse_path_argument(text, {.strict = false, .allow_empty = true});
    if (parsed) return parsed->address;
    const bool is_in_brackets = text.starts_with('<');
    if (is_in_brackets) text.remove_prefix(1);
    return std::string(text.substr(0, text.find(is_in_brackets ? '>' : ' ')));
}

Reply mail(Session& session, std::string_view arguments) {
    if (session.visit.settings().helo_required && !session.has_greeted)
        return reply(503, "5.5.1", "Error: send HELO/EHLO first");
    if (session.has_mail) return reply(503, "5.5.1", "Error: nested MAIL command");
    const auto path = path_text(arguments);
    if (!path) return reply(501, "5.5.4", "Syntax: MAIL FROM:<address>");
    session.sender = address_in(*path);
    session.has_mail = true;
    return ok("2.1.0");
}

/// What every recipient is told.
Reply recipient_refusal(const Session& session) {
    const Reply& refusal = session.visit.refusal
                               ? *session.visit.refusal
                               : reply(450, "4.3.2", "Service currently unavailable");
    return softened(session.visit.settings(), refusal);
}

Reply rcpt(Session& session, std::string_view arguments) {
    session.has_named_recipient = true;
    if (!session.has_mail) return reply(503, "5.5.1", "Error: need MAIL command");
    const auto path = path_text(arguments);
    if (!path) return reply(501, "5.5.4", "Syntax: RCPT TO:<address>");
    Reply refusal = recipient_refusal(session);
    session.visit.reporter.report(report::RecipientScreened{
        .client = session.visit.client_endpoint(),
        .reply = refusal.one_line(),
        .sender = session.sender,
        .recipient = address_in(*path),
        .protocol = session.protocol,
        .helo = session.helo});
    return refusal;
}

/// There is never a recipient, and who sends content all the same is shown the door.
Reply refuse_content(Session& session, std::string_view verb, Reply refusal) {
    session.visit.reporter.report(report::ContentUnwanted{verb, session.visit.client_endpoint()});
    session.next = Session::Next::bye;
    return refusal;
}

Reply data(Session& session, std::string_view arguments) {
    if (!arguments.empty())
        return refuse_content(session, "DATA", reply(501, "5.5.4", "Syntax: DATA"));
    return refuse_content(session, "DATA",
                          session.has_mail ? reply(554, "5.5.1", "Error: no valid recipients")
                                           : reply(503, "5.5.1", "Error: need RCPT command"));
}

Reply bdat(Session& session, std::string_view arguments) {
    if (!session.offers("CHUNKING"))
        return refuse_content(session, "BDAT", reply(502, "5.5.1", "Error: command not implemented"));
    if (arguments.empty())
        return refuse_content(session, "BDAT", reply(501, "5.5.4", "Syntax: BDAT count [LAST]"));
    return refuse_content(session, "BDAT",
                          reply(554, "5.5.1", session.has_mail ? "Error: no valid recipients"
                                                               : "Error: need MAIL command"));
}

Reply rset(Session& session, std::string_view) {
    session.end_transaction();
    return ok();
}

Reply noop(Session&, std::string_view) { return ok(); }

Reply vrfy(Session& session, std::string_view arguments) {
    if (session.visit.settings().is_vrfy_disabled)
        return reply(502, "5.5.1", "VRFY command is disabled");
    if (arguments.empty()) return reply(501, "5.5.4", "Syntax: VRFY address");
    return recipient_refusal(session);
}

Reply etrn(Session& session, std::string_view arguments) {
    if (session.visit.settings().helo_required && !session.has_greeted)
        return reply(503, "5.5.1", "Error: send HELO/EHLO first");
    if (arguments.empty()) return reply(500, "", "Syntax: ETRN domain");
    return reply(458, "", "Unable to queue messages");
}

Reply quit(Session& session, std::string_view) {
    session.next = Session::Next::bye;
    return reply(221, "2.0.0", "Bye");
}

constexpr Verb verbs[] = {
    {"HELO", helo, false}, {"EHLO", ehlo, false}, {"STARTTLS", starttls, false},
    {"MAIL", mail, true},  {"RCPT", rcpt, true},  {"DATA", data, true},
    {"BDAT", bdat, true},  {"RSET", rset, true},  {"NOOP", noop, false},
    {"VRFY", vrfy, true},  {"ETRN", etrn, true},  {"QUIT", quit, false},
};

}  // namespace

bool Session::offers(std::string_view keyword) const {
    return std::ranges::find(discarded_keywords, lower(keyword)) == discarded_keywords.end();
}

const Verb* find_verb(std::string_view name) {
    const auto found = std::ranges::find_if(verbs, [&](const Verb& v) { return same(v.name, name); });
    return found == std::end(verbs) ? nullptr : found;
}

}  // namespace postern::postscreen
