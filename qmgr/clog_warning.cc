// Warnings of a clogged queue; see the header.
#include "qmgr/clog_warning.h"

namespace postern::qmgr {

namespace {

/// Of the active queue: what one destination may have without a word.
constexpr std::size_t fair_part = 5;
constexpr seconds between_looks{1};
/// Destinations whose warnings are remembered.
constexpr std::size_t memory = 1000;

}  // namespace

void ClogWarning::active_queue_is_full(std::size_t messages) {
    if (!settings_.warns_of_clog || loop_.now() < next_look_) return;
    next_look_ = loop_.now() + between_looks;
    const Scheduler::Load load = scheduler_.heaviest_load();
    if (load.deliveries <= messages / fair_part) return;
    if (is_time_to_warn(load.transport + ":" + load.destination)) warn(load, messages);
}

bool ClogWarning::is_time_to_warn(const std::string& destination) {
    if (last_warnings_.size() >= memory) last_warnings_.clear();
    const auto [last, is_first] = last_warnings_.try_emplace(destination, loop_.now());
    if (is_first) return true;
    if (loop_.now() < last->second + settings_.clog_warn_time) return false;
    last->second = loop_.now();
    return true;
}

void ClogWarning::warn(const Scheduler::Load& load, std::size_t messages) const {
    log_.warning("mail for {} is using up {} of {} active queue entries", load.destination,
                 load.deliveries, messages);
    if (load.is_suspended || load.in_use == 0)
        log_.warning("nothing is delivered there now: a larger minimal_backoff_time leaves more room "
                     "for other mail, and flushing the whole queue less");
    else
        log_.warning("{} deliveries at once is what it gets: see {}_destination_concurrency_limit, "
                     "and the process limit of {} in master.cf", load.in_use, load.transport,
                     load.transport);
    log_.warning("qmgr_clog_warn_time = 0 turns these warnings off");
}

}  // namespace postern::qmgr
