// Verdicts; see the header.
#include "lib/milter/verdict.h"

namespace postern::milter {

using Kind = Verdict::Kind;

namespace {

Verdict refuse(int code, std::string_view status, std::string_view text) {
    return {Kind::refuse, {code, mail::StatusCode::parse(status), std::string(text)}};
}

}  // namespace

Verdict rejected() { return refuse(550, "5.7.1", "Command rejected"); }
Verdict try_again() { return refuse(451, "4.7.1", "Service unavailable - try again later"); }
Verdict closing() { return refuse(421, "4.7.0", "Server closing connection"); }
Verdict misconfigured() {
    return refuse(451, "4.3.5", "Server configuration problem - try again later");
}

std::optional<Verdict> refused_with(std::string_view text) {
    mail::ReplyReader reader;
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto is_last = reader.add(line);
        if (!is_last) return std::nullopt;
        if (!*is_last && end != text.npos) {
            text.remove_prefix(end + 1);
            continue;
        }
        mail::Reply reply = reader.take();
        if (!reply.is_temporary() && !reply.is_permanent()) return std::nullopt;
        return Verdict{Kind::refuse, std::move(reply)};
    }
    return std::nullopt;
}

Verdict verdict_of(DefaultAction action) {
    switch (action) {
        case DefaultAction::accept: return {};
        case DefaultAction::reject: return refuse(550, "5.5.0", "Service unavailable");
        case DefaultAction::tempfail: return try_again();
        case DefaultAction::quarantine: return {Kind::hold};
        case DefaultAction::shutdown: break;
    }
    return closing();
}

}  // namespace postern::milter
