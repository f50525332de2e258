// The loop on libevent; see the header.
#include "lib/event/loop.h"

#include <event2/event.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace postern::event {

namespace {

timeval to_timeval(Monotonic::duration wait) {
    // Rounded up: a timer that wakes early would spin until its time has come.
    const auto whole = std::max(std::chrono::ceil<microseconds>(wait), microseconds(0));
    return {static_cast<time_t>(whole.count() / 1000000),
            static_cast<suseconds_t>(whole.count() % 1000000)};
}

/// Everything has the middle priority of libevent, except what watch_first() watches.
constexpr int priorities = 3, first_priority = 0;

EventHandle checked(::event* event) {
    if (!event) throw std::bad_alloc();
    return EventHandle(event);
}

EventHandle added(EventHandle event) {
    if (event_add(event.get(), nullptr) != 0) throw std::runtime_error("event_add failed");
    return event;
}

}  // namespace

void EventDeleter::operator()(::event* event) const { event_free(event); }

struct Loop::Signal {
    std::function<void()> action;
};

Loop::Loop(const Clock& clock)
    : clock_(clock),
      now_(clock.monotonic()),
      base_(event_base_new(), event_base_free),
      posted_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      read_buffer_(std::make_unique<std::array<char, 65536>>()) {
    if (!base_ || !posted_fd_) throw std::runtime_error("cannot make an event loop");
    event_base_priority_init(base_.get(), priorities);
    // libevent's clock is coarse, so the event may come before its time: then it is set again.
    timer_event_ = checked(event_new(
        base_.get(), -1, 0,
        [](int, short, void* self) { static_cast<Loop*>(self)->armed_for_ = Deadline::never(); },
        this));
    posted_event_ = watch_read(
        posted_fd_.get(), Trigger::edge,
        [](int, short, void* self) { static_cast<Loop*>(self)->run_posted(); }, this);
}

Loop::~Loop() = default;

void Loop::run() {
    is_stopped_ = false;
    while (!is_stopped_) turn();
}

void Loop::turn() {
    now_ = clock_.monotonic();
    const bool is_busy = !ready_.empty() || !turn_ends_.empty();
    if (!is_busy) arm();
    event_base_loop(base_.get(), is_busy ? EVLOOP_NONBLOCK : EVLOOP_ONCE);
    now_ = clock_.monotonic();
    timers_.run(now_);
    run_ready();
    LinkedList<TurnEnd> ends;
    turn_ends_.move_to(ends);
    while (!ends.empty()) ends.pop_front().at_turn_end();
}

void Loop::run_ready() {
    // What becomes ready meanwhile has its turn after the sockets had theirs.
    LinkedList<Waiter> ready;
    ready_.move_to(ready);
    while (!ready.empty()) ready.front().resume();
}

void Loop::arm() {
    const Deadline next = timers_.next();
    if (next == armed_for_) return;
    armed_for_ = next;
    if (next.is_never()) {
        event_del(timer_event_.get());
        return;
    }
    const timeval wait = to_timeval(next.at - now_);
    event_add(timer_event_.get(), &wait);
}

void Loop::post(std::function<void()> action) {
    bool is_first;
    {
        const std::lock_guard guard(posted_mutex_);
        is_first = posted_.empty();
        posted_.push_back(std::move(action));
    }
    const std::uint64_t one = 1;
    if (is_first) std::ignore = ::write(posted_fd_.get(), &one, sizeof one);   // never full
}

void Loop::run_posted() {
    // The counter is not read: with an edge trigger each write is a new event.
    std::vector<std::function<void()>> actions;
    {
        const std::lock_guard guard(posted_mutex_);
        actions.swap(posted_);
    }
    for (auto& action : actions) action();
}

EventHandle Loop::on_signal(int number, std::function<void()> action) {
    signals_.push_back(std::make_unique<Signal>(Signal{std::move(action)}));
    return added(checked(event_new(
        base_.get(), number, EV_SIGNAL | EV_PERSIST,
        [](int, short, void* signal) { static_cast<Signal*>(signal)->action(); },
        signals_.back().get())));
}

EventHandle Loop::watch_read(int fd, Trigger trigger, Ready ready, void* context) {
    // EV_CLOSED tells of a half-closed peer, after which a short read does not mean "drained".
    const short how = trigger == Trigger::edge ? EV_READ | EV_CLOSED | EV_ET | EV_PERSIST
                                               : EV_READ | EV_PERSIST;
    return added(checked(event_new(base_.get(), fd, how, ready, context)));
}

EventHandle Loop::watch_first(int fd, Ready ready, void* context) {
    EventHandle event = checked(event_new(base_.get(), fd, EV_READ | EV_PERSIST, ready, context));
    event_priority_set(event.get(), first_priority);
    return added(std::move(event));
}

EventHandle Loop::watch_write(int fd, Ready ready, void* context, Trigger trigger) {
    const short how = trigger == Trigger::edge ? EV_WRITE | EV_ET | EV_PERSIST
                                               : EV_WRITE | EV_PERSIST;
    return added(checked(event_new(base_.get(), fd, how, ready, context)));
}

void Loop::after_fork() { event_reinit(base_.get()); }

}  // namespace postern::event
