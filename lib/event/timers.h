// Deadlines of waits. A server has thousands of them, nearly all of which are taken back before
// they pass, so setting and taking back cost a few instructions and no allocation as a rule.
#pragma once

#include "lib/base/clock.h"
#include "lib/event/list.h"

#include <map>

namespace postern::event {

/// The moment at which a wait gives up.
struct Deadline {
    Monotonic at = Monotonic::max();

    static Deadline never() { return {}; }
    bool is_never() const noexcept { return at == Monotonic::max(); }
    friend auto operator<=>(const Deadline&, const Deadline&) = default;
};

/// Something that happens when its time has come, unless it is stopped or destroyed before.
class Timer : public Link {
public:
    virtual ~Timer() = default;
    bool is_set() const noexcept { return is_linked(); }
    void stop() noexcept { leave(); }
    virtual void expired() = 0;
};

/// All timers of a loop, in buckets of like deadlines. A timer never expires early; it may
/// be late by a millisecond within a second, by 50 ms within a minute, by a second beyond.
class Timers {
public:
    void set(Timer& timer, Deadline deadline, Monotonic now);
    /// Expires what is due.
    void run(Monotonic now);
    /// When run() should be called next at the latest; never when there is nothing to do.
    Deadline next() const noexcept;

private:
    // By the end of the bucket's time. An empty bucket stays until its time has come: the next
    // wait of the same length mostly falls into it again.
    std::map<Monotonic, LinkedList<Timer>> buckets_;
};

}  // namespace postern::event

namespace postern {
using event::Deadline;
}
