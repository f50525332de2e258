// Parameters; see the header.
#include "smtpd/parameters.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "smtpd/extensions.h"

#include <fmt/format.h>

namespace postern::smtpd {

namespace {

Reply unsupported(std::string_view parameter) {
    return reply(555, "5.5.4", fmt::format("Unsupported option: {}", printable(parameter)));
}

using Refusal = std::optional<Reply>;

Refusal take_size(const Session&, std::string_view value, MailParameters& taken) {
    if (!is_all_digits(value)) return reply(501, "5.5.4", "Bad message size syntax");
    const auto size = parse_number(value);
    if (!size || *size > INT64_MAX)
        return reply(552, "5.3.4", "Message size exceeds file system imposed limit");
    taken.size = *size;
    return std::nullopt;
}

Refusal take_body(const Session&, std::string_view value, MailParameters& taken) {
    if (same(value, "8BITMIME"))
        taken.body = "8bit";
    else if (same(value, "7BIT"))
        taken.body = "7bit";
    else
        return unsupported(fmt::format("BODY={}", value));
    return std::nullopt;
}

Refusal take_ret(const Session&, std::string_view value, MailParameters& taken) {
    const auto ret = mail::parse_ret(value);
    if (!ret || taken.ret != mail::ReturnContent::unspecified)
        return reply(501, "5.5.4", "Bad RET parameter syntax");
    taken.ret = *ret;
    return std::nullopt;
}

Refusal take_envid(const Session&, std::string_view value, MailParameters& taken) {
    const auto id = mail::parse_envid(value);
    if (!id || id->empty() || !taken.envelope_id.empty())
        return reply(501, "5.5.4", "Bad ENVID parameter syntax");
    taken.envelope_id = *id;
    return std::nullopt;
}

/// RFC 4954 section 5: only who has logged in is believed; from others it is ignored.
Refusal take_auth(const Session& session, std::string_view value, MailParameters& taken) {
    if (!session.login) return std::nullopt;
    if (!mail::from_xtext(value) || !taken.sasl_sender.empty())
        return reply(501, "5.5.4", "Error: Bad AUTH parameter syntax");
    taken.sasl_sender = printable(value);
    return std::nullopt;
}

/// DSN that is not announced is refused in words of its own; what else is not announced is taken.
Refusal without_dsn(const Session& session) {
    if (offers(session, "DSN")) return std::nullopt;
    return reply(501, "5.7.1", "DSN support is disabled");
}

constexpr struct {
    std::string_view name;
    bool is_of_dsn;
    Refusal (*take)(const Session&, std::string_view value, MailParameters&);
} mail_parameters[] = {
    {"SIZE", false, take_size},  {"BODY", false, take_body}, {"RET", true, take_ret},
    {"ENVID", true, take_envid}, {"AUTH", false, take_auth},
};

Refusal take_notify(std::string_view value, AcceptedRecipient& taken) {
    const auto notify = mail::Notify::parse(value);
    if (!notify || taken.notify.bits != 0)
        return reply(501, "5.5.4", "Error: Bad NOTIFY parameter syntax");
    taken.notify = *notify;
    return std::nullopt;
}

Refusal take_orcpt(std::string_view value, AcceptedRecipient& taken) {
    const auto original = mail::OriginalRecipient::parse(value);
    if (!original || !taken.dsn_orcpt.empty())
        return reply(501, "5.5.4", "Error: Bad ORCPT parameter syntax");
    taken.dsn_orcpt = original->text();
    return std::nullopt;
}

/// "XVERP" alone takes default_verp_delimiters (VERP_README).
Refusal take_verp(const Session& session, std::string_view delimiters, MailParameters& taken) {
    const std::string& allowed = session.settings().verp_delimiter_filter;
    if (delimiters.size() != 2 || delimiters.find_first_not_of(allowed) != std::string_view::npos)
        return reply(501, "5.5.4",
                     fmt::format("Error: XVERP needs two characters from {}", allowed));
    taken.verp_delimiters = delimiters;
    return std::nullopt;
}

Refusal take_mail_parameter(const Session& session, std::string_view parameter,
                            MailParameters& taken) {
    if (same(parameter, "SMTPUTF8") && session.settings().smtputf8_enable) {
        taken.is_smtputf8 = true;
        return std::nullopt;
    }
    const bool may_require_tls = session.settings().requiretls_enable && session.is_encrypted;
    if (same(parameter, "REQUIRETLS") && may_require_tls && offers(session, "REQUIRETLS")) {
        taken.requires_tls = true;
        return std::nullopt;
    }
    const auto parts = cut(parameter, '=');
    if (session.may_xverp && same(parts ? parts->first : parameter, "XVERP"))
        return take_verp(session,
                         parts ? parts->second : session.settings().default_verp_delimiters, taken);
    if (!parts) return unsupported(parameter);
    for (const auto& known : mail_parameters) {
        if (!same(known.name, parts->first)) continue;
        if (auto no = known.is_of_dsn ? without_dsn(session) : std::nullopt) return no;
        return known.take(session, parts->second, taken);
    }
    return unsupported(parameter);
}

Refusal take_rcpt_parameter(const Session& session, std::string_view parameter,
                            AcceptedRecipient& taken) {
    const auto parts = cut(parameter, '=');
    const bool is_notify = parts && same(parts->first, "NOTIFY");
    if (!is_notify && !(parts && same(parts->first, "ORCPT"))) return unsupported(parameter);
    if (auto no = without_dsn(session)) return no;
    return is_notify ? take_notify(parts->second, taken) : take_orcpt(parts->second, taken);
}

}  // namespace

Refusal take_mail_parameters(const Session& session, std::string_view text, MailParameters& taken) {
    for (const std::string_view parameter : split(text, " \t"))
        if (auto refusal = take_mail_parameter(session, parameter, taken)) return refusal;
    return std::nullopt;
}

Refusal take_rcpt_parameters(const Session& session, std::string_view text,
                             AcceptedRecipient& taken) {
    for (const std::string_view parameter : split(text, " \t"))
        if (auto refusal = take_rcpt_parameter(session, parameter, taken)) return refusal;
    if (taken.dsn_orcpt.empty())
        taken.dsn_orcpt =
            (is_all_ascii(taken.address) ? "rfc822;" : "utf-8;") + mail::external(taken.address);
    return std::nullopt;
}

}  // namespace postern::smtpd
