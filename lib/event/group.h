// Who owns coroutines that nobody awaits: sessions, and what they start beside themselves.
#pragma once

#include "lib/event/loop.h"

#include <functional>
#include <list>
#include <string>

namespace postern::event {

/// Owns running tasks. A task that ends is destroyed at the end of the turn; those still running
/// are destroyed with the group, at whatever wait they stand. An exception that leaves a task is
/// a bug in it: it ends that task only and is given to `on_bug` with its text.
class TaskGroup : private TurnEnd {
public:
    using OnBug = std::function<void(const std::string& what)>;

    explicit TaskGroup(Loop& loop, OnBug on_bug = {}) : loop_(loop), on_bug_(std::move(on_bug)) {}

    /// Starts it at once, up to its first wait. It owns all that it uses: parameters by value.
    void spawn(Task<void> task);

    std::size_t size() const noexcept { return tasks_.size() - ended_; }
    bool empty() const noexcept { return size() == 0; }

    /// Ready when all tasks have ended; one waiter at a time.
    Task<void> all_ended();
    /// Ends all tasks now. Not from within one of them.
    void cancel();

private:
    struct Entry {
        Task<void> task;
        bool has_ended = false;
    };
    Task<void> guard(Task<void> task, Entry& entry);
    void at_turn_end() override;
    void tell_when_empty();

    Loop& loop_;
    OnBug on_bug_;
    std::list<Entry> tasks_;
    std::size_t ended_ = 0;
    Waiter* waiting_for_all_ = nullptr;
};

}  // namespace postern::event
