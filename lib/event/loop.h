// The loop: one thread that waits for sockets, timers, signals and the results of other threads,
// and resumes the coroutine that waits for each. Only lib/event knows libevent.
//
// A turn: everything that is ready is resumed; then what was made ready by that; then the hooks of
// the turn's end, which write out what gathered. So batches form by themselves under load.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/event/task.h"
#include "lib/event/timers.h"

#include <array>
#include <span>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

struct event;
struct event_base;

namespace postern::event {

class Loop;

/// A coroutine at a wait: it is resumed once, by the loop, and not at all when it is destroyed
/// first. The base of everything that can be awaited.
class Waiter : public Link {
public:
    void suspend(std::coroutine_handle<> handle) noexcept { handle_ = handle; }
    bool is_suspended() const noexcept { return static_cast<bool>(handle_); }
    void resume() {
        leave();
        std::exchange(handle_, {}).resume();
    }

private:
    std::coroutine_handle<> handle_;
};

/// Work for the end of the turn in which it is requested; once, however often that is.
class TurnEnd : public Link {
public:
    virtual ~TurnEnd() = default;
    virtual void at_turn_end() = 0;
};

struct EventDeleter {
    void operator()(::event* event) const;
};
using EventHandle = std::unique_ptr<::event, EventDeleter>;

class Loop {
public:
    explicit Loop(const Clock& clock = system_clock());
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Turns until stop().
    void run();
    void stop() noexcept { is_stopped_ = true; }

    /// Runs a task to its end, and everything else meanwhile; its result. An exception of the
    /// task comes out here.
    template <class T>
    T run(Task<T> task) {
        task.start();
        while (!task.done()) turn();
        return task.take();
    }

    /// The time of this turn.
    Monotonic now() const noexcept { return now_; }
    const Clock& clock() const noexcept { return clock_; }
    /// The moment that comes `wait` after now; zero or less is "at once".
    Deadline in(Monotonic::duration wait) const noexcept { return {now_ + wait}; }

    Timers& timers() noexcept { return timers_; }
    void set(Timer& timer, Deadline deadline) { timers_.set(timer, deadline, now_); }

    /// Resumes later in this turn; for wake-ups within the process.
    void resume_soon(Waiter& waiter) noexcept { ready_.push_back(waiter); }
    void request(TurnEnd& work) noexcept {
        if (!work.is_linked()) turn_ends_.push_back(work);
    }

    /// Calls `action` in the loop's thread, in a later turn. The only member for other threads.
    void post(std::function<void()> action);

    /// Calls `action` in each turn in which the signal came. The handle ends it.
    EventHandle on_signal(int number, std::function<void()> action);

    /// For the parts of lib/event: a persistent registration of a descriptor.
    using Ready = void (*)(int fd, short what, void* context);
    enum class Trigger { edge, level };
    EventHandle watch_read(int fd, Trigger trigger, Ready ready, void* context);
    /// As watch_read by level, but called before all else that is ready in the same turn.
    EventHandle watch_first(int fd, Ready ready, void* context);
    EventHandle watch_write(int fd, Ready ready, void* context, Trigger trigger = Trigger::edge);

    /// One buffer into which all streams of the loop read, so that an idle one needs none.
    std::span<char> read_buffer() noexcept { return {read_buffer_->data(), read_buffer_->size()}; }

    /// After fork() in a child that goes on to use the loop.
    void after_fork();

private:
    void turn();
    void run_ready();
    void run_posted();
    void arm();

    struct Signal;
    const Clock& clock_;
    Monotonic now_;
    std::unique_ptr<event_base, void (*)(event_base*)> base_;
    Timers timers_;
    Deadline armed_for_;
    EventHandle timer_event_;
    LinkedList<Waiter> ready_;
    LinkedList<TurnEnd> turn_ends_;
    std::vector<std::unique_ptr<Signal>> signals_;

    std::mutex posted_mutex_;
    std::vector<std::function<void()>> posted_;
    Fd posted_fd_;
    EventHandle posted_event_;

    std::unique_ptr<std::array<char, 65536>> read_buffer_;
    bool is_stopped_ = false;
};

/// Waits until the deadline. `co_await Sleep(loop, loop.in(seconds(1)))`.
class Sleep : private Timer {
public:
    Sleep(Loop& loop, Deadline deadline) : loop_(loop), deadline_(deadline) {}
    bool await_ready() const noexcept { return deadline_.at <= loop_.now(); }
    void await_suspend(std::coroutine_handle<> handle) {
        waiter_.suspend(handle);
        loop_.set(*this, deadline_);
    }
    void await_resume() const noexcept {}

private:
    void expired() override { waiter_.resume(); }
    Loop& loop_;
    Deadline deadline_;
    Waiter waiter_;
};

/// Lets everything else that is ready go first.
class Yield {
public:
    explicit Yield(Loop& loop) : loop_(loop) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        waiter_.suspend(handle);
        loop_.resume_soon(waiter_);
    }
    void await_resume() const noexcept {}

private:
    Loop& loop_;
    Waiter waiter_;
};

}  // namespace postern::event
