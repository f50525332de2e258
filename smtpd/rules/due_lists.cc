// Lists and their moments; see the header.
#include "smtpd/rules/due_lists.h"

#include "smtpd/rules/evaluation.h"
#include "smtpd/rules/rulebook.h"
#include "smtpd/rules/unlisted.h"

namespace postern::smtpd {

namespace {

Task<std::optional<Reply>> check_delayed(Evaluation& evaluation) {
    const Rulebook& rules = evaluation.house().rules;
    if (auto no = co_await evaluation.refuses(rules.client, Subject::client)) co_return no;
    if (!evaluation.session().helo.empty())
        if (auto no = co_await evaluation.refuses(rules.helo, Subject::helo)) co_return no;
    if (auto no = co_await evaluation.refuses(rules.sender, Subject::sender)) co_return no;
    co_return co_await check_unlisted_sender(evaluation);
}

Task<std::optional<Reply>> check_relay_and_recipient(Evaluation& evaluation) {
    const Rulebook& rules = evaluation.house().rules;
    const bool relay_first = evaluation.settings().smtpd_relay_before_recipient_restrictions;
    for (const RuleList* list : {relay_first ? &rules.relay : &rules.recipient,
                                 relay_first ? &rules.recipient : &rules.relay})
        if (auto no = co_await evaluation.refuses(*list, Subject::recipient)) co_return no;
    co_return std::nullopt;
}

/// `sendmail -bs` by an ordinary user: postdrop takes what that user may send.
bool is_unchecked(const Session& session) {
    const StandAlone* alone = session.house.stand_alone;
    return alone && !alone->has_access_control;
}

/// What lists that were evaluated before this command would have deferred.
void hold_to_earlier(Evaluation& evaluation) {
    const Session& session = evaluation.session();
    evaluation.hold_to(session.deferred_at_connect);
    evaluation.hold_to(session.deferred_at_helo);
    if (session.mail) evaluation.hold_to(session.mail->deferred_at_sender);
}

Task<std::optional<Reply>> check_recipient_lists(Session& session, std::string_view stage,
                                                 const std::string& recipient) {
    if (is_unchecked(session)) co_return std::nullopt;
    Evaluation evaluation(session, stage, &recipient);
    hold_to_earlier(evaluation);
    if (session.settings().smtpd_delay_reject)
        if (auto no = co_await check_delayed(evaluation)) co_return no;
    if (auto no = co_await check_relay_and_recipient(evaluation)) co_return no;
    if (auto no = co_await evaluation.at_permit()) co_return no;
    co_return co_await check_unlisted_recipient(evaluation);
}

/// A list that comes before the request that it is about: whether that is deferred by and by, is
/// known only then.
Task<std::optional<Reply>> check_early(Session& session, std::string_view stage,
                                       const RuleList& rules, Subject subject,
                                       std::optional<Reply>& deferred) {
    if (is_unchecked(session)) co_return std::nullopt;
    Evaluation evaluation(session, stage);
    auto no = co_await evaluation.refuses(rules, subject);
    deferred = evaluation.hand_on();
    co_return no;
}

/// One list at its own time.
Task<std::optional<Reply>> check_list(Session& session, std::string_view stage,
                                      const RuleList& rules, Subject subject) {
    if (is_unchecked(session)) co_return std::nullopt;
    Evaluation evaluation(session, stage);
    if (auto no = co_await evaluation.refuses(rules, subject)) co_return no;
    co_return co_await evaluation.at_permit();
}

}  // namespace

Task<std::optional<Reply>> check_recipient(Session& session, const std::string& recipient) {
    return check_recipient_lists(session, "RCPT", recipient);
}

/// Who asks for an address must be one who could send to it.
Task<std::optional<Reply>> check_vrfy(Session& session, const std::string& recipient) {
    return check_recipient_lists(session, "VRFY", recipient);
}

Task<std::optional<Reply>> check_connection(Session& session) {
    return check_early(session, "CONNECT", session.house.rules.client, Subject::client,
                       session.deferred_at_connect);
}

Task<std::optional<Reply>> check_helo(Session& session, std::string_view command) {
    return check_early(session, command, session.house.rules.helo, Subject::helo,
                       session.deferred_at_helo);
}

Task<std::optional<Reply>> check_sender(Session& session) {
    if (is_unchecked(session)) co_return std::nullopt;
    Evaluation evaluation(session, "MAIL");
    if (auto no = co_await evaluation.refuses(session.house.rules.sender, Subject::sender))
        co_return no;
    session.mail->deferred_at_sender = evaluation.hand_on();
    co_return co_await check_unlisted_sender(evaluation);
}

Task<std::optional<Reply>> check_data(Session& session) {
    return check_list(session, session.stage, session.house.rules.data, Subject::data);
}

Task<std::optional<Reply>> check_end_of_data(Session& session) {
    return check_list(session, "END-OF-MESSAGE", session.house.rules.end_of_data,
                      Subject::end_of_data);
}

Task<std::optional<Reply>> check_etrn(Session& session, const std::string& site) {
    Evaluation evaluation(session, "ETRN", &site);
    hold_to_earlier(evaluation);
    const Rulebook& rules = session.house.rules;
    if (session.settings().smtpd_delay_reject) {
        if (auto no = co_await evaluation.refuses(rules.client, Subject::client)) co_return no;
        if (!session.helo.empty())
            if (auto no = co_await evaluation.refuses(rules.helo, Subject::helo)) co_return no;
    }
    if (auto no = co_await evaluation.refuses(rules.etrn, Subject::etrn)) co_return no;
    co_return co_await evaluation.at_permit();
}

}  // namespace postern::smtpd
