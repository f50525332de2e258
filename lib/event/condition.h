// Waking up coroutines within the process.
#pragma once

#include "lib/event/loop.h"

namespace postern::event {

/// Coroutines wait here until somebody says that what they wait for may be so now.
class Condition {
public:
    class Wait;
    explicit Condition(Loop& loop) : loop_(loop) {}

    /// Awaits to false when the deadline passed first.
    Wait wait(Deadline deadline = Deadline::never());
    /// The one that has waited longest, or all, go on later in this turn.
    void notify_one();
    void notify_all();
    bool has_waiters() const noexcept { return !waiters_.empty(); }

private:
    /// A waiter and its deadline, which ends with the notice: who was told in time is not late,
    /// though it goes on only later.
    struct Place : Waiter {
        explicit Place(Timer& its_deadline) : deadline(its_deadline) {}
        Timer& deadline;
    };

    Loop& loop_;
    LinkedList<Place> waiters_;
};

class Condition::Wait {
public:
    Wait(Condition& condition, Deadline deadline) : condition_(condition), deadline_(deadline) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        place_.suspend(handle);
        condition_.waiters_.push_back(place_);
        condition_.loop_.set(timeout_, deadline_);
    }
    bool await_resume() const noexcept {
        return !timeout_.has_expired_;
    }

private:
    class Timeout final : public Timer {
    public:
        explicit Timeout(Wait& wait) : wait_(wait) {}
        void expired() override {
            has_expired_ = true;
            wait_.condition_.loop_.resume_soon(wait_.place_);
        }
        bool has_expired_ = false;

    private:
        Wait& wait_;
    };
    Condition& condition_;
    Deadline deadline_;
    Timeout timeout_{*this};
    Place place_{timeout_};
};

inline Condition::Wait Condition::wait(Deadline deadline) { return Wait(*this, deadline); }

inline void Condition::notify_one() {
    if (waiters_.empty()) return;
    waiters_.front().deadline.stop();
    loop_.resume_soon(waiters_.front());
}

inline void Condition::notify_all() {
    while (!waiters_.empty()) notify_one();
}

}  // namespace postern::event
