// How often something may be done: a burst at once, then once a period.
#pragma once

#include "lib/base/clock.h"

#include <algorithm>

namespace postern {

/// Answers how long the next time has to wait. After a quiet moment `burst` times go at once;
/// each period gives one of them back (the "generic cell rate algorithm").
class Pace {
public:
    explicit constexpr Pace(int burst) noexcept : burst_(burst) {}

    /// Until it may be done again, when it may be done once in `period`; zero: now.
    milliseconds wait(Monotonic now, milliseconds period) const noexcept {
        const auto ahead = std::chrono::ceil<milliseconds>(paid_until_ - now) - (burst_ - 1) * period;
        return std::max(ahead, milliseconds(0));
    }
    /// It was done.
    void spend(Monotonic now, milliseconds period) noexcept {
        paid_until_ = std::max(paid_until_, now) + period;
    }

private:
    int burst_;
    Monotonic paid_until_{};
};

}  // namespace postern
