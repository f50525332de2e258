// Evaluation of restriction lists; see the header.
#include "smtpd/rules/evaluation.h"

#include "lib/base/strings.h"
#include "smtpd/lists.h"
#include "smtpd/submission.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtpd {

namespace {

constexpr int deepest_list = 100;  // lists in access tables and classes may name each other

}  // namespace

std::string_view Evaluation::list_name() const noexcept {
    switch (subject_) {
        case Subject::client:
            return "client";
        case Subject::helo:
            return "helo";
        case Subject::sender:
            return "sender";
        case Subject::recipient:
            return "recipient";
        case Subject::data:
            return "data";
        case Subject::end_of_data:
            return "end_of_data";
        case Subject::etrn:
            break;
    }
    return "etrn";
}

std::string Evaluation::subject_name() const {
    if (about_) return about_->name;
    switch (subject_) {
        case Subject::client:
            return session_.client_text();
        case Subject::helo:
            return session_.helo;
        case Subject::sender:
            return sender() ? *sender() : "";
        case Subject::recipient:
            return recipient_ ? *recipient_ : "";
        case Subject::data:
            return "DATA";
        case Subject::end_of_data:
            return "END-OF-MESSAGE";
        case Subject::etrn:
            break;
    }
    return etrn_site_ ? *etrn_site_ : "";
}

std::string_view Evaluation::subject_class() const {
    if (about_) return about_->its_class;
    switch (subject_) {
        case Subject::client:
            return "Client host";
        case Subject::helo:
            return "Helo command";
        case Subject::sender:
            return "Sender address";
        case Subject::recipient:
            return "Recipient address";
        case Subject::data:
            return "Data command";
        case Subject::end_of_data:
            return "End-of-data";
        case Subject::etrn:
            break;
    }
    return "Etrn command";
}

Verdict Evaluation::rejected(int code, std::string_view status, std::string_view name,
                             std::string_view its_class, std::string_view text) {
    return reject(reply(code, status, fmt::format("<{}>: {} rejected: {}", name, its_class, text)));
}

Verdict Evaluation::rejected(int code, std::string_view status, std::string_view text) const {
    return rejected(code, status, subject_name(), subject_class(), text);
}

Verdict Evaluation::defer_if_permit(Verdict refusal) {
    if (warns_) return refusal;
    if (!defer_if_permit_) defer_if_permit_ = std::move(refusal);
    return dunno();
}

Verdict Evaluation::defer_if_reject(Verdict refusal) {
    if (!defer_if_reject_) defer_if_reject_ = std::move(refusal);
    return dunno();
}

Verdict Evaluation::temporarily(std::string_view action, Verdict refusal) {
    return action == "defer" ? refusal : defer_if_permit(std::move(refusal));
}

Verdict Evaluation::cannot_tell(std::string_view what, const Error& error) {
    session_.reporter.log().warning("{}: {}", what, error.text);
    return reject(
        reply(451, "4.3.0", fmt::format("<{}>: Temporary lookup failure", subject_name())));
}

Verdict Evaluation::bad_configuration(std::string_view problem) {
    session_.reporter.log().warning("{}", problem);
    auto verdict = reject(reply(451, "4.3.5", "Server configuration error"));
    verdict.is_certain = true;
    return verdict;
}

Verdict Evaluation::table_failed(const Error& error, std::string_view name,
                                 std::string_view its_class) {
    session_.reporter.log().warning("{}", error.text);
    return rejected(451, "4.3.5", name, its_class, "Server configuration error");
}

Verdict Evaluation::unsafe_permit(const Rule& rule, std::string_view name) {
    const Log log = session_.reporter.log();
    log.warning("restriction {} returns OK for {}", rule.name, printable(name));
    log.warning("this is not allowed for security reasons");
    return bad_configuration("use DUNNO instead of OK if you want to make an exception");
}

Task<void> Evaluation::report_permit(std::string action, std::string_view its_class,
                                     std::string name, std::string table) {
    const auto& wanted = house().lists.smtpd_log_access_permit_actions;
    if (wanted.empty()) co_return;
    const std::string word = action.substr(0, action.find_first_of(" \t"));
    auto found = co_await wanted.has(word, "");
    if (!found || !*found) co_return;
    co_await name_accepted(session_);
    report("permit", fmt::format("action={} for {}={} {}", word, its_class, name,
                                 table.empty() ? "" : "from " + table));
}

Task<void> Evaluation::report_permit(const Rule& rule) {
    // These look at the client, whatever their list is about.
    constexpr std::string_view of_clients[] = {
        "permit_mynetworks",      "permit_inet_interfaces",     "permit_sasl_authenticated",
        "permit_tls_clientcerts", "permit_tls_all_clientcerts", "permit_dnswl_client",
        "permit_rhswl_client"};
    const bool is_of_client =
        std::find(std::begin(of_clients), std::end(of_clients), rule.name) != std::end(of_clients);
    if (is_of_client) return report_permit(rule.name, "Client host", session_.client_text());
    return report_permit(rule.name, subject_class(), subject_name());
}

void Evaluation::report(std::string_view action, std::string_view text) {
    auto transaction = session_.transaction(recipient_);
    // After the recipients, of which only the last list is: all of them are meant, not the first.
    const bool is_about_all = subject_ == Subject::data || subject_ == Subject::end_of_data;
    if (is_about_all && session_.mail && session_.mail->recipients.size() > 1)
        transaction.recipient.reset();
    session_.report(action, stage_, text, transaction);
}

/// A refusal is logged where it arises, once. A warning only, it refuses nothing.
Verdict Evaluation::refused(Verdict verdict) {
    if (verdict.kind != Verdict::reject || verdict.is_logged) return verdict;
    const bool only_warns = warns_ && !verdict.is_certain;
    if (defer_if_reject_ && verdict.reply.is_permanent() && !only_warns)
        verdict = *defer_if_reject_;
    if (settings().soft_bounce) verdict.reply = verdict.reply.softened();
    report(only_warns ? "reject_warning" : "reject", verdict.reply.one_line());
    if (only_warns) return dunno();
    verdict.is_logged = true;
    return verdict;
}

/// The same under the message's queue id, where it has got as far as that.
Task<Verdict> Evaluation::named_and_refused(Verdict verdict) {
    if (verdict.kind == Verdict::reject && !verdict.is_logged) co_await name_accepted(session_);
    co_return refused(std::move(verdict));
}

Task<Verdict> Evaluation::check(const Rule& rule) {
    if (!rule.problem.empty())
        co_return co_await named_and_refused(bad_configuration(rule.problem));
    if (rule.members) co_return co_await run_nested(*rule.members);
    if (rule.restriction->argument == Restriction::Argument::dns_list && !rule.list) {
        session_.reporter.log().warning("restriction {} requires domain name argument", rule.name);
        co_return dunno();
    }
    auto verdict = co_await rule.restriction->check(*this, rule);
    if (verdict.kind == Verdict::permit && !verdict.is_logged) {
        co_await report_permit(rule);
        verdict.is_logged = true;
    }
    if (verdict.kind != Verdict::reject) co_return verdict;
    co_return co_await named_and_refused(std::move(verdict));
}

Task<Verdict> Evaluation::run_nested(const RuleList& rules) {
    if (depth_ == deepest_list)
        co_return co_await named_and_refused(
            bad_configuration("restriction lists call each other without end"));
    ++depth_;
    auto verdict = co_await run(rules);
    --depth_;
    co_return verdict;
}

Task<Verdict> Evaluation::run_nested(const RuleList& rules, std::string name,
                                     std::string_view its_class) {
    auto outer = std::exchange(about_, About{std::move(name), its_class});
    auto verdict = co_await run_nested(rules);
    about_ = std::move(outer);
    co_return verdict;
}

Task<Verdict> Evaluation::run(const RuleList& rules) {
    const bool outer = warns_;
    for (std::size_t at = 0; at < rules.size(); ++at) {
        const Rule& rule = rules[at];
        if (is_discarded()) co_return permit();
        if (rule.name == "warn_if_reject") {
            warns_ = true;
            continue;
        }
        auto verdict = co_await check(rule);
        warns_ = outer;
        if (verdict.is_final()) {
            warn_of_ignored(rules, at);
            co_return verdict;
        }
    }
    warns_ = outer;
    co_return dunno();
}

/// Of a list that has decided, where nothing that stands behind could ever be reached.
void Evaluation::warn_of_ignored(const RuleList& rules, std::size_t at) const {
    constexpr std::string_view decisive[] = {"permit", "reject", "defer", "check_relay_domains"};
    const std::string& name = rules[at].name;
    if (at + 1 == rules.size() || warns_) return;
    if (std::find(std::begin(decisive), std::end(decisive), name) == std::end(decisive)) return;
    session_.reporter.log().warning("restriction `{}' after `{}' is ignored", rules[at + 1].name,
                                    name);
}

Task<std::optional<Reply>> Evaluation::refuses(const RuleList& rules, Subject subject) {
    subject_ = subject;
    defer_if_reject_.reset();
    auto verdict = co_await run(rules);
    if (verdict.kind == Verdict::reject) co_return std::move(verdict.reply);
    co_return std::nullopt;
}

Task<std::optional<Reply>> Evaluation::settle(Verdict verdict) {
    auto settled = co_await named_and_refused(std::move(verdict));
    if (settled.kind != Verdict::reject) co_return std::nullopt;
    co_return std::move(settled.reply);
}

void Evaluation::hold_to(const std::optional<Reply>& earlier) {
    if (earlier && !defer_if_permit_) defer_if_permit_ = reject(*earlier);
}

std::optional<Reply> Evaluation::hand_on() const {
    if (!defer_if_permit_) return std::nullopt;
    return defer_if_permit_->reply;
}

Task<std::optional<Reply>> Evaluation::at_permit() {
    if (!defer_if_permit_) co_return std::nullopt;
    co_return co_await settle(*std::exchange(defer_if_permit_, std::nullopt));
}

}  // namespace postern::smtpd
