// Delivery status filters; see the header.
#include "lib/delivery/status_filter.h"

namespace postern::delivery {

Task<Settlement> StatusFilter::filtered(Settlement settlement) const {
    if (maps_.empty()) co_return settlement;
    auto found = co_await maps_.find(settlement.status.text() + " " + settlement.text);
    if (!found) log_.warning("{}: {}", parameter_, found.error().text);
    if (!found || !*found) co_return settlement;
    const auto coded = mail::find_coded_text(**found);
    if (!coded || coded->text.empty() ||
        coded->code.is_success() != settlement.status.is_success()) {
        log_.warning("{}: bad status code: {}", parameter_, **found);
        co_return settlement;
    }
    settlement.status = coded->code;
    settlement.text = coded->text;
    if (!coded->code.is_success())
        settlement.outcome =
            coded->code.is_permanent() ? service::Outcome::bounced : service::Outcome::deferred;
    co_return settlement;
}

}  // namespace postern::delivery
