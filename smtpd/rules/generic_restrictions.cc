// Restrictions that may stand in any list.
#include "lib/base/strings.h"
#include "lib/event/loop.h"
#include "smtpd/rules/functions.h"

namespace postern::smtpd::check {

Answer<Verdict> permit_always(Evaluation&, const Rule&) {
    return permit();
}

/// Of a restriction that is no more, and was there to let somebody in.
Answer<Verdict> permit_nothing(Evaluation&, const Rule&) {
    return dunno();
}

Answer<Verdict> reject_always(Evaluation& evaluation, const Rule&) {
    return evaluation.rejected(evaluation.settings().codes.reject, "5.7.1", "Access denied");
}

Answer<Verdict> defer_always(Evaluation& evaluation, const Rule&) {
    return evaluation.rejected(evaluation.settings().codes.defer, "4.3.2", "Try again later");
}

Answer<Verdict> defer_if_permit_always(Evaluation& evaluation, const Rule&) {
    return evaluation.defer_if_permit(
        evaluation.rejected(450, "4.7.0", "defer_if_permit requested"));
}

Answer<Verdict> defer_if_reject_always(Evaluation& evaluation, const Rule&) {
    return evaluation.defer_if_reject(
        evaluation.rejected(450, "4.7.0", "defer_if_reject requested"));
}

namespace {

Task<Verdict> sleep_for(event::Loop& loop, seconds time) {
    co_await event::Sleep(loop, loop.in(time));
    co_return dunno();
}

}  // namespace

Answer<Verdict> sleep(Evaluation& evaluation, const Rule& rule) {
    const auto time = parse_number(rule.argument);
    if (!time) return evaluation.bad_configuration("restriction sleep must be followed by number");
    return sleep_for(evaluation.house().loop, seconds(*time));
}

Answer<Verdict> reject_unauth_pipelining(Evaluation& evaluation, const Rule&) {
    if (!evaluation.session().has_pipelined_improperly) return dunno();
    return evaluation.rejected(503, "5.5.0", "Improper use of SMTP command pipelining");
}

Answer<Verdict> reject_multi_recipient_bounce(Evaluation& evaluation, const Rule&) {
    const Transaction* mail = evaluation.session().mail.get();
    if (!mail || !mail->sender.empty()) return dunno();
    // At RCPT the one that is being asked for counts, too.
    const std::size_t recipients = mail->recipients.size() + (evaluation.recipient() ? 1 : 0);
    if (recipients < 2) return dunno();
    return evaluation.rejected(evaluation.settings().codes.multi_recipient_bounce, "5.5.3",
                               "Multi-recipient bounce");
}

}  // namespace postern::smtpd::check
