// Concurrency feedback; see the header.
#include "qmgr/window.h"

#include <algorithm>

namespace postern::qmgr {

namespace {

// Ten times 0.1 shall be a whole step, whatever binary fractions make of it.
constexpr double almost_one = 1.0 - 1e-9;

}  // namespace

Window::Window(const TransportSettings& settings) : settings_(&settings) {
    revive();
}

void Window::revive() {
    const std::size_t limit = settings_->destination_concurrency_limit;
    size_ = std::max<std::size_t>(settings_->initial_destination_concurrency, 1);
    if (limit > 0) size_ = std::min(size_, limit);
    success_ = failure_ = failed_cohorts_ = 0;
}

void Window::succeeded(std::size_t in_use) {
    failed_cohorts_ = 0;
    if (is_dead()) return revive();
    // A window that is far from used up needs not grow: the next failure would come too late.
    const std::size_t limit = settings_->destination_concurrency_limit;
    if (size_ >= in_use + settings_->initial_destination_concurrency ||
        (limit > 0 && size_ >= limit))
        return;
    success_ += settings_->positive.at(size_);
    while (success_ >= almost_one && (limit == 0 || size_ < limit)) {
        ++size_;
        success_ -= 1;
        failure_ = 0;
    }
}

void Window::failed() {
    if (is_dead()) return;
    failed_cohorts_ += 1.0 / static_cast<double>(size_);
    if (settings_->failed_cohort_limit > 0 &&
        failed_cohorts_ >= settings_->failed_cohort_limit * almost_one) {
        size_ = 0;
        return;
    }
    failure_ -= settings_->negative.at(size_);
    while (failure_ < -1 + almost_one && size_ > 1) {
        --size_;
        failure_ += 1;
        success_ = 0;
    }
}

}  // namespace postern::qmgr
