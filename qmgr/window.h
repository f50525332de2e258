// The concurrency window of a destination: how many deliveries may run at once, by the feedback of
// those that ended (SCHEDULER_README).
#pragma once

#include "qmgr/settings.h"

#include <cstddef>

namespace postern::qmgr {

class Window {
public:
    explicit Window(const TransportSettings& settings);

    std::size_t size() const noexcept { return size_; }
    /// The destination failed as often as failed_cohort_limit allows; it is left alone for a while.
    bool is_dead() const noexcept { return size_ == 0; }

    /// What has gathered towards the next step up and down, and the part of the window that failed
    /// since the last success.
    double success() const noexcept { return success_; }
    double failure() const noexcept { return failure_; }
    double failed_cohorts() const noexcept { return failed_cohorts_; }

    /// A delivery ended, and the destination works, whatever it said of the recipients.
    void succeeded(std::size_t in_use);
    /// The destination as a whole could not be reached.
    void failed();
    /// After the time of being dead: as if the destination were new.
    void revive();

private:
    const TransportSettings* settings_;
    std::size_t size_ = 0;
    double success_ = 0, failure_ = 0, failed_cohorts_ = 0;
};

}  // namespace postern::qmgr
