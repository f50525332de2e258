// What replies and broken sessions mean for recipients: outcome, status, text.
#include "smtp/transaction.h"

#include <fmt/format.h>

namespace postern::smtp {

using service::Outcome;

delivery::Settlement Transaction::settlement_of(const Reply& reply, const Stage& stage) const {
    // Neither yes nor no, where only that was asked: 250 to DATA, 354 to RCPT.
    const bool is_odd = reply.code < 400;
    const bool is_permanent = is_odd || reply.is_permanent();
    delivery::Settlement settlement;
    settlement.outcome = is_permanent ? Outcome::bounced : Outcome::deferred;
    settlement.status = is_odd ? mail::StatusCode{5, 5, 0} : reply.status.as(is_permanent ? 5 : 4);
    settlement.text = fmt::format("{}host {} said: {} (in reply to {})", is_odd ? "Protocol error: " : "",
                                  session_.endpoint().where(), reply.text, stage.command);
    settlement.relay = session_.endpoint().where_and_port();
    settlement.diag_type = "smtp";
    settlement.diag_text = reply.text;
    settlement.mta_type = "dns";
    settlement.mta_name = session_.endpoint().host;
    settlement.connection_use = session_.uses;
    return settlement;
}

delivery::Settlement Transaction::delivered(const Reply& reply) const {
    delivery::Settlement settlement;
    settlement.outcome = Outcome::delivered;
    settlement.status = reply.status.as(2);
    settlement.text = reply.text;
    settlement.relay = session_.endpoint().where_and_port();
    settlement.diag_type = "smtp";
    settlement.diag_text = reply.text;
    settlement.mta_type = "dns";
    settlement.mta_name = session_.endpoint().host;
    settlement.connection_use = session_.uses;
    settlement.action = flags_.is_final || settings_.assumes_final ? "delivered" : "relayed";
    // RFC 3461 section 5.2.7: without DSN over there, we are the last who can report success.
    settlement.dsn_passed_on = features_.dsn && !flags_.is_final;
    return settlement;
}

Task<void> Transaction::conclude(std::size_t recipient, const Reply& reply) {
    std::erase(open_, recipient);
    co_await verdicts_.settle(recipient, delivered(reply));
}

Task<void> Transaction::refuse(std::size_t recipient, const Reply& reply, const Stage& stage) {
    std::erase(open_, recipient);
    auto settlement = settlement_of(reply, stage);
    if (settlement.outcome == Outcome::bounced)
        co_await verdicts_.settle(recipient, std::move(settlement));
    else
        verdicts_.postpone(recipient, std::move(settlement));
}

Task<void> Transaction::refuse_open(const Reply& reply, const Stage& stage) {
    const std::vector<std::size_t> recipients = open_;
    for (const std::size_t recipient : recipients) co_await refuse(recipient, reply, stage);
}

void Transaction::postpone_open(const Broken& broken) {
    delivery::Settlement settlement;
    settlement.status = broken.kind == Broken::protocol ? mail::StatusCode{4, 5, 0}
                                                        : mail::StatusCode{4, 4, 2};
    settlement.text = broken.text;
    settlement.relay = session_.endpoint().where_and_port();
    settlement.connection_use = session_.uses;
    postpone_open(std::move(settlement));
}

void Transaction::postpone_open(delivery::Settlement settlement) {
    for (const std::size_t recipient : std::exchange(open_, {}))
        verdicts_.postpone(recipient, settlement);
}

}  // namespace postern::smtp
