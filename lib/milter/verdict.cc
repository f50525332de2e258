// Verdicts; see the header.
#include "lib/milter/verdict.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::milter {

using Kind = Verdict::Kind;

namespace {

Verdict refuse(int code, std::string_view status, std::string_view text) {
    return {Kind::refuse, {code, mail::StatusCode::parse(status), std::string(text)}};
}

/// Milters write "%%" for "%", as programs do whose text goes through a format. Nothing in it may
/// end a line, or tell a terminal something.
std::string without_escapes(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && ++i == text.size()) break;
        plain += is_control(text[i]) && text[i] != '\t' ? '?' : text[i];
    }
    return plain;
}

/// The code of a reply and the class of its status say the same, and there is a text.
bool agrees(std::string_view line) {
    const std::string_view text = line.size() > 4 ? line.substr(4) : "";
    const auto status = mail::StatusCode::parse(text.substr(0, text.find(' ')));
    return !text.empty() && (!status || status->kind == line[0] - '0');
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
        const auto is_last = reader.add(without_escapes(line));
        if (!is_last || !agrees(line)) return std::nullopt;
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

std::string text_of(const mail::Reply& reply) {
    return fmt::format("{} {}{}{}", reply.code, reply.status ? reply.status->text() : "",
                       reply.status ? " " : "", reply.text);
}

std::string logged(const mail::Reply& reply) {
    const std::string lines = reply.wire();
    return printable(std::string_view(lines).substr(0, lines.size() - 2));
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
