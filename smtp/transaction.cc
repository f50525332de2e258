// The course of a transaction; see the header. Its commands are in envelope_commands.cc, its
// verdicts in verdicts.cc.
#include "smtp/transaction.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtp {

namespace {

/// Commands on their way at once: their replies fit into the socket's buffer while we write.
constexpr std::size_t pipeline_limit = 100;
constexpr std::size_t block_size = 65536;
constexpr int go_ahead = 354;

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), is_control);
}

delivery::Settlement bounced(mail::StatusCode status, std::string text) {
    delivery::Settlement settlement;
    settlement.outcome = service::Outcome::bounced;
    settlement.status = status;
    settlement.text = std::move(text);
    return settlement;
}

}  // namespace

Transaction::Transaction(Session& session, delivery::Job& job, const WireEnvelope& envelope,
                         const Flags& flags, const mail::ContentChecks& checks,
                         FieldRewriter* rewriter, Verdicts& verdicts)
    : session_(session),
      settings_(session.settings()),
      features_(session.features),
      job_(job),
      request_(job.request()),
      envelope_(envelope),
      flags_(flags),
      checks_(checks),
      rewriter_(rewriter),
      verdicts_(verdicts),
      open_(job.open_recipients()) {}

Task<void> Transaction::run() {
    ++session_.uses;
    if (!may_be_sent()) co_return;
    if (!co_await xforward()) co_return;
    if (!co_await send_envelope()) co_return;
    if (mail_refusal_) {
        const Reply refusal = *mail_refusal_;
        co_await refuse_open(refusal, stage::mail);
    }
    const bool is_invited = data_reply_ && data_reply_->code == go_ahead;
    if (accepted_.empty() && is_invited) {
        co_await end_without_content();
    } else if (!accepted_.empty() && request_.for_verification) {
        co_await probe();
    } else if (!accepted_.empty() && is_invited) {
        co_await send_content();
    } else {
        if (data_reply_) {
            const Reply refusal = *data_reply_;
            co_await refuse_open(refusal, stage::data);
        }
        co_await reset();
    }
}

/// Who asks for SMTPUTF8 without need loses nothing by it.
bool Transaction::needs_smtputf8() const {
    return request_.is_smtputf8 &&
           (request_.has_utf8 || std::ranges::any_of(open_, [this](std::size_t recipient) {
                return !is_all_ascii(envelope_.recipients[recipient]);
            }));
}

bool Transaction::may_be_sent() {
    const std::string where = session_.endpoint().where();
    std::optional<delivery::Settlement> objection;
    if (has_control(envelope_.sender))
        objection = bounced({5, 1, 7}, "bad sender address syntax");
    else if (needs_smtputf8() && !features_.smtputf8)
        objection = bounced({5, 6, 7}, fmt::format("SMTPUTF8 is required, but was not offered by "
                                                   "host {}", where));
    else if (features_.size_limit > 0 && request_.message_size > 0 &&
             static_cast<std::uint64_t>(request_.message_size) > features_.size_limit)
        objection = bounced({5, 3, 4}, fmt::format("message size {} exceeds size limit {} of "
                                                   "server {}", request_.message_size,
                                                   features_.size_limit, where));
    if (!objection) return true;
    objection->relay = session_.endpoint().where_and_port();
    postpone_open(std::move(*objection));
    return false;
}

Task<bool> Transaction::send_envelope() {
    if (!co_await say(mail_command(), {&stage::mail, 0})) co_return false;
    const std::vector<std::size_t> recipients = open_;
    for (const std::size_t recipient : recipients) {
        if (mail_refusal_) break;
        if (has_control(envelope_.recipients[recipient])) {
            std::erase(open_, recipient);
            co_await verdicts_.settle(recipient,
                                      bounced({5, 1, 3}, "bad recipient address syntax"));
            continue;
        }
        if (!co_await say(rcpt_command(recipient), {&stage::rcpt, recipient})) co_return false;
    }
    const bool is_data_due = !request_.for_verification || settings_.probes_with_data;
    const bool is_hopeless = open_.empty() || (unanswered_.empty() && accepted_.empty());
    if (is_data_due && !is_hopeless)
        if (!co_await say("DATA", {&stage::data, 0})) co_return false;
    co_return co_await hear_all();
}

Task<bool> Transaction::say(std::string command, Asked asked) {
    session_.say(command);
    unanswered_.push_back(asked);
    if (features_.pipelining && unanswered_.size() < pipeline_limit) co_return true;
    co_return co_await hear_all();
}

Task<bool> Transaction::hear_all() {
    while (!unanswered_.empty()) {
        const Asked asked = unanswered_.front();
        unanswered_.pop_front();
        auto heard = co_await session_.hear(*asked.stage);
        const bool is_first = !std::exchange(has_heard_, true);
        const auto* reply = std::get_if<Reply>(&heard);
        // A kept connection that the server has closed meanwhile says nothing about the mail.
        if (is_first && session_.uses > 1 && (!reply || reply->code == 421)) {
            was_dead_ = true;
            session_.give_up();
            co_return false;
        }
        if (!reply) {
            postpone_open(std::get<Broken>(heard));
            co_return false;
        }
        co_await take(asked, std::get<Reply>(std::move(heard)));
    }
    co_return true;
}

Task<void> Transaction::take(Asked asked, Reply reply) {
    if (asked.stage == &stage::mail) {
        if (!reply.is_success()) mail_refusal_ = std::move(reply);
    } else if (asked.stage == &stage::data) {
        data_reply_ = std::move(reply);
    } else if (!mail_refusal_) {
        co_await take_recipient_reply(asked.recipient, std::move(reply));
    }
}

Task<void> Transaction::take_recipient_reply(std::size_t recipient, Reply reply) {
    if (!reply.is_success()) {
        co_await refuse(recipient, reply, stage::rcpt);
        co_return;
    }
    accepted_.push_back(recipient);
    if (request_.for_verification && !settings_.probes_with_data)
        co_await conclude(recipient, reply);
}

Task<void> Transaction::probe() {
    const bool is_refused = data_reply_ && data_reply_->code != go_ahead;
    if (data_reply_) {
        const Reply reply = *data_reply_;
        if (is_refused)
            co_await refuse_open(reply, stage::data);
        else
            for (const std::size_t recipient : accepted_) co_await conclude(recipient, reply);
    }
    if (data_reply_ && !is_refused)
        session_.give_up();   // no way back from DATA but to hang up
    else
        co_await reset();
}

Task<void> Transaction::end_without_content() {
    auto heard = co_await session_.ask(".", stage::end_of_data);
    if (std::holds_alternative<Broken>(heard)) session_.give_up();
}

Task<void> Transaction::send_content() {
    if (!co_await write_content()) co_return;
    if (settings_.is_lmtp)
        co_await hear_reply_per_recipient();
    else
        co_await hear_final_reply();
}

Task<bool> Transaction::write_content() {
    OutgoingContent content(job_.content(), content_shape());
    std::string block;
    for (bool has_more = true; has_more;) {
        auto filled = co_await content.fill(block, block_size);
        if (!filled) {
            // The server must not take half a message for a whole one: hang up.
            session_.give_up();
            delivery::Settlement unread;
            unread.status = {4, 3, 0};
            unread.text = filled.error().text;
            postpone_open(std::move(unread));
            co_return false;
        }
        has_more = *filled;
        session_.stream().write(block);
        block.clear();
        if (!has_more) break;   // the rest goes out with the wait for the reply
        if (auto broken = co_await session_.sent(stage::content)) {
            postpone_open(*broken);
            co_return false;
        }
    }
    co_return !session_.delays_final_dot || co_await write_late_dot();
}

/// Behind a PIX firewall the dot must come in a packet of its own (smtp_pix_workaround_delay_time).
Task<bool> Transaction::write_late_dot() {
    event::Loop& loop = session_.stream().loop();
    auto broken = co_await session_.sent(stage::content);
    if (!broken) {
        co_await event::Sleep(loop, loop.in(settings_.pix_workaround_delay_time));
        session_.stream().write(".\r\n");
        co_return true;
    }
    postpone_open(*broken);
    co_return false;
}

Task<void> Transaction::hear_final_reply() {
    auto heard = co_await session_.hear(stage::end_of_data);
    if (const auto* broken = std::get_if<Broken>(&heard)) {
        postpone_open(*broken);
        co_return;
    }
    const Reply& reply = std::get<Reply>(heard);
    if (!reply.is_success()) {
        co_await refuse_open(reply, stage::end_of_data);
        co_return;
    }
    for (const std::size_t recipient : accepted_) co_await conclude(recipient, reply);
}

/// RFC 2033 section 4.2: one reply for each recipient that was accepted, in that order.
Task<void> Transaction::hear_reply_per_recipient() {
    for (const std::size_t recipient : accepted_) {
        auto heard = co_await session_.hear(stage::end_of_data);
        if (const auto* broken = std::get_if<Broken>(&heard)) {
            postpone_open(*broken);
            co_return;
        }
        const Reply& reply = std::get<Reply>(heard);
        if (reply.is_success())
            co_await conclude(recipient, reply);
        else
            co_await refuse(recipient, reply, stage::end_of_data);
    }
}

Task<void> Transaction::reset() {
    if (!session_.is_usable()) co_return;
    auto heard = co_await session_.ask("RSET", stage::rset);
    const auto* reply = std::get_if<Reply>(&heard);
    if (!reply || !reply->is_success()) session_.give_up();
}

}  // namespace postern::smtp
