// Ownership of running tasks; see the header.
#include "lib/event/group.h"

namespace postern::event {

namespace {

/// Suspends until somebody resumes the waiter that it registers in `slot`.
class Parked : public Waiter {
public:
    explicit Parked(Waiter*& slot) : slot_(slot) {}
    ~Parked() { slot_ = nullptr; }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        suspend(handle);
        slot_ = this;
    }
    void await_resume() const noexcept {}

private:
    Waiter*& slot_;
};

std::string what(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& known) {
        return known.what();
    } catch (...) {
        return "unknown exception";
    }
}

}  // namespace

void TaskGroup::spawn(Task<void> task) {
    Entry& entry = tasks_.emplace_back();
    entry.task = guard(std::move(task), entry);
    entry.task.start();
}

Task<void> TaskGroup::guard(Task<void> task, Entry& entry) {
    try {
        co_await task;
    } catch (...) {
        if (on_bug_) on_bug_(what(std::current_exception()));
    }
    entry.has_ended = true;
    ++ended_;
    loop_.request(*this);
}

void TaskGroup::at_turn_end() {
    tasks_.remove_if([](const Entry& entry) { return entry.has_ended && entry.task.done(); });
    ended_ = 0;
    tell_when_empty();
}

void TaskGroup::tell_when_empty() {
    if (tasks_.empty() && waiting_for_all_)
        loop_.resume_soon(*std::exchange(waiting_for_all_, nullptr));
}

Task<void> TaskGroup::all_ended() {
    if (!tasks_.empty()) co_await Parked(waiting_for_all_);
}

void TaskGroup::cancel() {
    tasks_.clear();
    ended_ = 0;
    tell_when_empty();
}

}  // namespace postern::event
