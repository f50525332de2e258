// Restrictions on who has logged in (SASL_README): smtpd_sender_login_maps, check_sasl_access.
#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/address_lookup.h"
#include "smtpd/address_book.h"
#include "smtpd/lists.h"
#include "smtpd/rules/access_action.h"
#include "smtpd/rules/access_lookup.h"
#include "smtpd/rules/functions.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtpd::check {

using service::AddressClass;

namespace {

enum class LoginRule { all, authenticated_only, unauthenticated_only, known_only };

Verdict mismatch(Evaluation& evaluation, std::string_view text) {
    return Evaluation::rejected(553, "5.7.1", *evaluation.sender(), "Sender address", text);
}

/// The login names that own the sender's address; nothing where nobody is named.
Task<Result<std::optional<std::string>>> owners_of_sender(Evaluation& evaluation) {
    const std::string& sender = *evaluation.sender();
    auto route = co_await evaluation.house().addresses.route(evaluation.session(), sender);
    if (!route) co_return route.error();
    mail::LookupKeys keys;
    keys.recipient_delimiter = evaluation.settings().recipient_delimiter;
    keys.owner_request_special = evaluation.settings().owner_request_special;
    keys.has_bare_localpart = route->address_class == AddressClass::local;
    auto found =
        co_await mail::find_address(evaluation.house().lists.smtpd_sender_login_maps, sender, keys);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<std::string>();
    co_return std::optional<std::string>((*found)->value);
}

bool is_among(std::string_view owners, std::string_view login) {
    const auto names = split(owners);
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return same(name, login); });
}

Verdict judge(Evaluation& evaluation, LoginRule rule, const std::optional<std::string>& owners) {
    const auto& login = evaluation.session().login;
    if (!login) {
        const bool is_owned = owners && !owners->empty();
        return is_owned && rule != LoginRule::authenticated_only
                   ? mismatch(evaluation, "not logged in")
                   : dunno();
    }
    if (rule == LoginRule::unauthenticated_only) return dunno();
    if (rule == LoginRule::known_only && !owners) return dunno();
    if (owners && is_among(*owners, login->username)) return dunno();
    return mismatch(evaluation, fmt::format("not owned by user {}", printable(login->username)));
}

Task<Verdict> check_owners(Evaluation& evaluation, LoginRule rule) {
    auto owners = co_await owners_of_sender(evaluation);
    if (!owners) co_return evaluation.cannot_tell("smtpd_sender_login_maps", owners.error());
    co_return judge(evaluation, rule, *owners);
}

void warn_of_no_sasl(const Evaluation& evaluation, std::string_view restriction) {
    evaluation.session().reporter.log().warning("restriction `{}' ignored: no SASL support",
                                                restriction);
}

void warn_of_no_sasl(const Evaluation& evaluation, LoginRule rule) {
    if (rule == LoginRule::known_only)
        return warn_of_no_sasl(evaluation, "reject_known_sender_login_mismatch");
    if (rule != LoginRule::unauthenticated_only)
        warn_of_no_sasl(evaluation, "reject_authenticated_sender_login_mismatch");
    if (rule != LoginRule::authenticated_only)
        warn_of_no_sasl(evaluation, "reject_unauthenticated_sender_login_mismatch");
}

/// Without SASL nobody can log in, and nothing is asked of anybody.
Answer<Verdict> check_login(Evaluation& evaluation, LoginRule rule) {
    if (!evaluation.house().authentication && !evaluation.session().login) {
        warn_of_no_sasl(evaluation, rule);
        return dunno();
    }
    if (!evaluation.sender() || evaluation.sender()->empty()) return dunno();
    return check_owners(evaluation, rule);
}

Task<Verdict> check_user(Evaluation& evaluation, const Rule& rule, std::string login) {
    auto found = co_await find_first(rule.tables, {login});
    if (!found) co_return evaluation.table_failed(found.error(), login, "SASL login name");
    if (!*found) co_return dunno();
    co_return co_await obey_access(evaluation, std::move(**found), login, "SASL login name",
                                   rule.argument);
}

}  // namespace

Answer<Verdict> reject_sender_login_mismatch(Evaluation& evaluation, const Rule&) {
    return check_login(evaluation, LoginRule::all);
}
Answer<Verdict> reject_authenticated_sender_login_mismatch(Evaluation& evaluation, const Rule&) {
    return check_login(evaluation, LoginRule::authenticated_only);
}
Answer<Verdict> reject_unauthenticated_sender_login_mismatch(Evaluation& evaluation, const Rule&) {
    return check_login(evaluation, LoginRule::unauthenticated_only);
}
Answer<Verdict> reject_known_sender_login_mismatch(Evaluation& evaluation, const Rule&) {
    return check_login(evaluation, LoginRule::known_only);
}

Answer<Verdict> permit_sasl_authenticated(Evaluation& evaluation, const Rule&) {
    return evaluation.session().login ? permit() : dunno();
}

Answer<Verdict> sasl_access(Evaluation& evaluation, const Rule& rule) {
    const auto& login = evaluation.session().login;
    if (!login && !evaluation.house().authentication)
        warn_of_no_sasl(evaluation, "check_sasl_access");
    if (!login) return dunno();
    return check_user(evaluation, rule, login->username);
}

}  // namespace postern::smtpd::check
