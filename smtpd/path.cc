// Paths; see the header.
#include "smtpd/path.h"

#include "lib/base/strings.h"

namespace postern::smtpd {

std::optional<std::string_view> after_keyword(std::string_view arguments,
                                              std::string_view keyword) {
    if (!starts_with_same(arguments, keyword)) return std::nullopt;
    const std::string_view rest = trim(arguments.substr(keyword.size()));
    if (rest.empty()) return std::nullopt;
    return rest;
}

std::optional<Reply> undeclared_utf8(const Session& session, std::string_view address,
                                     bool is_declared) {
    const Settings& settings = session.settings();
    if (!settings.smtputf8_enable || !settings.strict_smtputf8) return std::nullopt;
    if (is_declared || is_all_ascii(address)) return std::nullopt;
    return reply(553, "5.6.7", "Must declare SMTPUTF8 to send unicode address");
}

void warn_of_syntax(const Session& session, std::string_view command, std::string_view path) {
    session.reporter.log().warning("Illegal address syntax from {} in {} command: {}",
                                   session.client_text(), command, printable(path, 200));
}

std::variant<mail::PathArgument, Reply> take_path(const Session& session, std::string_view text,
                                                  std::string_view command, bool allow_empty,
                                                  Reply bad_syntax) {
    if (text.find('\0') != std::string_view::npos) {
        warn_of_syntax(session, command, text);
        return bad_syntax;
    }
    const mail::PathRules rules{session.settings().strict_rfc821_envelopes, allow_empty};
    auto path = mail::parse_path_argument(text, rules);
    if (path) return std::move(*path);
    warn_of_syntax(session, command, text);
    return bad_syntax;
}

}  // namespace postern::smtpd
