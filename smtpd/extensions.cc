// Extensions; see the header.
#include "smtpd/extensions.h"

#include "lib/base/strings.h"

#include "smtpd/sasl.h"
#include "smtpd/tls.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtpd {

namespace {

bool has(const std::vector<std::string>& keywords, std::string_view keyword) {
    return std::any_of(keywords.begin(), keywords.end(),
                       [&](const std::string& one) { return same(one, keyword); });
}

std::string always(const Session&, std::string_view keyword) {
    return std::string(keyword);
}

std::string size_limit(const Session& session, std::string_view keyword) {
    const auto limit = session.settings().message_size_limit;
    return limit > 0 ? fmt::format("{} {}", keyword, limit) : std::string(keyword);
}

std::string unless_disabled(const Session& session, std::string_view keyword) {
    return session.settings().disable_vrfy_command ? "" : std::string(keyword);
}

std::string if_utf8(const Session& session, std::string_view keyword) {
    return session.settings().smtputf8_enable ? std::string(keyword) : "";
}

std::string if_clear(const Session& session, std::string_view keyword) {
    const Tls* tls = session.house.tls;
    return tls && tls->is_offered() && !session.is_encrypted ? std::string(keyword) : "";
}

std::string if_login(const Session& session, std::string_view keyword) {
    if (session.sasl_mechanisms.empty()) return "";
    const std::string names = join(session.sasl_mechanisms, " ");
    const std::string line = fmt::format("{} {}", keyword, names);
    // For clients of before RFC 2554.
    const bool is_twice = session.house.authentication->announces_twice();
    return is_twice ? fmt::format("{}\n{}={}", line, keyword, names) : line;
}

std::string if_tls_required(const Session& session, std::string_view keyword) {
    return session.settings().requiretls_enable && session.is_encrypted ? std::string(keyword) : "";
}

std::string if_xverp(const Session& session, std::string_view keyword) {
    return session.may_xverp ? std::string(keyword) : "";
}

std::string if_xclient(const Session& session, std::string_view keyword) {
    return session.may_xclient
               ? fmt::format("{} NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT",
                             keyword)
               : "";
}

std::string if_xforward(const Session& session, std::string_view keyword) {
    return session.may_xforward ? fmt::format("{} NAME ADDR PROTO HELO SOURCE PORT IDENT", keyword)
                                : "";
}

/// In the order of the announcement; "" leaves a line out.
constexpr struct {
    std::string_view keyword;
    std::string (*line)(const Session&, std::string_view keyword);
} extensions[] = {
    {"PIPELINING", always},
    {"SIZE", size_limit},
    {"VRFY", unless_disabled},
    {"ETRN", always},
    {"STARTTLS", if_clear},
    {"AUTH", if_login},
    {"XVERP", if_xverp},
    {"XCLIENT", if_xclient},
    {"XFORWARD", if_xforward},
    {"ENHANCEDSTATUSCODES", always},
    {"8BITMIME", always},
    {"DSN", always},
    {"SMTPUTF8", if_utf8},
    {"CHUNKING", always},
    {"REQUIRETLS", if_tls_required},
};

}  // namespace

bool offers(const Session& session, std::string_view keyword) {
    return !has(session.discarded_keywords, keyword);
}

Reply announcement(const Session& session) {
    std::string text = session.settings().myhostname;
    for (const auto& extension : extensions) {
        if (!offers(session, extension.keyword)) continue;
        const std::string line = extension.line(session, extension.keyword);
        if (!line.empty()) text += "\n" + line;
    }
    return reply(250, "", std::move(text));
}

}  // namespace postern::smtpd
