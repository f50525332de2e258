// TLS and AUTH in the middle of a conversation.
#include "smtpd/dialogue.h"

#include "smtpd/rates.h"
#include "smtpd/sasl_dialogue.h"
#include "smtpd/tls.h"

namespace postern::smtpd {

using report::SessionBroken;

Task<bool> Dialogue::shake_hands() {
    const Deadline until = session_.house.loop.in(limits().smtpd_starttls_timeout);
    const bool is_made = co_await session_.house.tls->secure(session_, stream_, until);
    if (!is_made)
        report_break(SessionBroken::Cause::lost_connection);
    else if (!session_.tls->is_reused)
        co_await session_.house.rates.count_tls(session_);
    co_return is_made;
}

/// After the reply to STARTTLS. Nothing that was said in clear counts afterwards (RFC 3207 section
/// 4.2), but what an authorized proxy said.
Task<void> Dialogue::start_tls() {
    auto sent = co_await stream_.flush(deadline());
    if (!sent) {
        co_await broken(sent.error());
        co_return;
    }
    if (!co_await shake_hands()) {
        --session_.accepted[static_cast<std::size_t>(find_verb("STARTTLS") - verbs().data())];
        session_.next = Session::Next::bye;
        co_return;
    }
    session_.end_transaction();
    session_.helo.clear();
    session_.is_esmtp = false;
    session_.login.reset();
    session_.sasl_mechanisms.clear();
    line_start_.clear();
    if (auto no = session_.house.tls->refuse_client(session_)) {
        session_.next = Session::Next::bye;
        co_await say(std::move(*no));
    }
}

/// The reply to AUTH comes after its exchange.
Task<Reply> Dialogue::log_in(const Verb& verb) {
    auto answered =
        co_await smtpd::log_in(session_, stream_, [this](std::size_t) { return deadline(); });
    session_.login_request.reset();
    if (session_.login) stream_.wipe_after_use(false);
    if (answered) co_return count(&verb, std::move(*answered));
    co_await broken(answered.error());
    co_return Reply();
}

}  // namespace postern::smtpd
