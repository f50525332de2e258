// Deadlines in buckets; see the header.
#include "lib/event/timers.h"

namespace postern::event {

namespace {

using Tick = Monotonic::duration;

Tick granularity(Tick remaining) {
    if (remaining < seconds(1)) return milliseconds(1);
    if (remaining < seconds(60)) return milliseconds(50);
    return seconds(1);
}

Monotonic bucket_of(Monotonic at, Monotonic now) {
    const Tick step = granularity(at - now);
    const Tick since = at.time_since_epoch();
    return Monotonic(since + (step - since % step) % step);
}

}  // namespace

void Timers::set(Timer& timer, Deadline deadline, Monotonic now) {
    timer.stop();
    if (deadline.is_never()) return;
    buckets_[bucket_of(deadline.at, now)].push_back(timer);
}

void Timers::run(Monotonic now) {
    LinkedList<Timer> due;
    while (!buckets_.empty() && buckets_.begin()->first <= now) {
        buckets_.begin()->second.move_to(due);
        buckets_.erase(buckets_.begin());
    }
    while (!due.empty()) due.pop_front().expired();
}

Deadline Timers::next() const noexcept {
    return buckets_.empty() ? Deadline::never() : Deadline{buckets_.begin()->first};
}

}  // namespace postern::event
