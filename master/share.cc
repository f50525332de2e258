// The arithmetic of maxproc; see the header.
#include "master/share.h"

#include <algorithm>

namespace postern::master {

using service::no_limit;

std::int64_t Holding::takes() const noexcept {
    if (!status) return granted == no_limit ? 1 : granted;
    return status->is_retiring ? std::min(status->takes, status->in_use) : status->takes;
}

bool Holding::has_room() const noexcept {
    return !is_leaving() && (!status || status->has_room);
}

bool Holding::is_full() const noexcept {
    return is_leaving() || (status && !status->has_room && status->in_use >= status->takes);
}

std::int64_t left_of(const Bounds& bounds, std::span<const Holding> holdings) noexcept {
    if (bounds.share == no_limit) return no_limit;
    std::int64_t taken = 0;
    for (const Holding& holding : holdings) taken += holding.takes();
    return std::max<std::int64_t>(bounds.share - taken, 0);
}

bool wants_another(const Bounds& bounds, std::span<const Holding> holdings) noexcept {
    if (holdings.size() >= bounds.processes || left_of(bounds, holdings) == 0) return false;
    if (std::ranges::any_of(holdings, &Holding::has_room)) return false;
    return holdings.size() < bounds.processors || std::ranges::all_of(holdings, &Holding::is_full);
}

bool is_used_up(const Bounds& bounds, std::span<const Holding> holdings) noexcept {
    if (std::ranges::any_of(holdings, &Holding::has_room)) return false;
    return holdings.size() >= bounds.processes || left_of(bounds, holdings) == 0;
}

std::optional<std::int64_t> larger_grant(const Holding& holding, std::int64_t left) noexcept {
    if (left <= 0 || holding.granted == no_limit || !holding.status || holding.is_leaving()) return {};
    if (holding.status->takes < holding.granted) return {};   // it needs no more
    return holding.granted + left;
}

}  // namespace postern::master
