// Settling and postponing; see the header.
#include "smtp/outcomes.h"

#include <utility>

namespace postern::smtp {

Task<void> Outcomes::settle(std::size_t recipient, delivery::Settlement settlement) {
    postponed_.erase(recipient);
    if (settlement.tls.empty()) settlement.tls = safeguards_.feature();
    if (!office_.tables.delivery_status_filter.empty())
        settlement = co_await filter_.filtered(std::move(settlement));
    job_.settle(recipient, settlement);
}

void Outcomes::postpone(std::size_t recipient, delivery::Settlement settlement) {
    postponed_[recipient] = std::move(settlement);
}

void Outcomes::could_not(mail::StatusCode status, std::string text, bool is_destination_dead,
                         std::string relay) {
    auto settlement = delivery::Settlement::failed(status, std::move(text));
    settlement.relay = std::move(relay);
    for (const std::size_t recipient : job_.open_recipients()) postponed_[recipient] = settlement;
    if (!is_destination_dead) return;
    dead_status_ = status.as(4);
    dead_text_ = settlement.text;
}

void Outcomes::could_not_connect(const Refusal& refusal) {
    could_not(refusal);
    told_ = refusal.text;
    office_.log.info("{}", told_);
}

void Outcomes::tell_of_postponed() {
    for (const auto& [recipient, settlement] : postponed_) {
        if (settlement.text == told_ || job_.is_settled(recipient)) continue;
        told_ = settlement.text;
        office_.log.info("{}: {}", job_.request().queue_id, told_);
    }
}

Task<void> Outcomes::finish() {
    if (!dead_text_.empty() && !are_all_settled()) job_.destination_is_dead(dead_status_, dead_text_);
    for (auto& [recipient, settlement] : std::exchange(postponed_, {}))
        if (!job_.is_settled(recipient)) co_await settle(recipient, std::move(settlement));
}

}  // namespace postern::smtp
