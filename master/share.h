// How many processes a service may have: the arithmetic of maxproc (master.cf, column 7), which
// bounds processes, sessions or deliveries, whatever the service's children count.
#pragma once

#include "lib/service/master_link.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace postern::master {

/// What bounds a service.
struct Bounds {
    std::int64_t share = service::no_limit;   ///< maxproc; no_limit where it has none
    std::size_t processes = std::numeric_limits<std::size_t>::max();
    /// A process that is busy but not full gets company only while there are fewer of them.
    std::size_t processors = 1;
};

/// One child of the service, as master knows it.
struct Holding {
    std::int64_t granted = service::no_limit;   ///< what it was told it may take
    std::optional<service::ChildStatus> status; ///< nothing: it is starting
    bool is_sent_away = false;                  ///< told to retire, or its link has ended

    /// What it takes of the share: all that it was granted until it says what it needs; once it
    /// retires, what it has still under way.
    std::int64_t takes() const noexcept;
    bool has_room() const noexcept;
    /// It can take no more; a busy one could, but would rather not.
    bool is_full() const noexcept;
    bool is_leaving() const noexcept { return is_sent_away || (status && status->is_retiring); }
};

/// What is left of the share for another process; no_limit where there is none.
std::int64_t left_of(const Bounds& bounds, std::span<const Holding> holdings) noexcept;

/// Whether the next client should start another process.
bool wants_another(const Bounds& bounds, std::span<const Holding> holdings) noexcept;

/// Whether clients wait because the share is used up.
bool is_used_up(const Bounds& bounds, std::span<const Holding> holdings) noexcept;

/// The new share of a child that could use more of what has become free; nothing: leave it.
std::optional<std::int64_t> larger_grant(const Holding& holding, std::int64_t left) noexcept;

}  // namespace postern::master
