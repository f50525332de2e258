// Threads that run jobs; see the header.
#include "lib/event/pool.h"

#include <csignal>
#include <system_error>

namespace postern::event {

Pool::Pool(Loop& loop, std::size_t threads, std::size_t queue_limit)
    : loop_(loop), threads_limit_(threads), queue_limit_(queue_limit) {}

Pool::~Pool() {
    {
        const std::lock_guard guard(mutex_);
        is_ending_ = true;
    }
    has_work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void Pool::submit(std::function<void()> job) {
    waiting_.push_back(std::move(job));
    hand_over();
}

void Pool::hand_over() {
    while (!waiting_.empty() && in_threads_ < queue_limit_) {
        ++in_threads_;
        if (threads_.size() < threads_limit_ && threads_.size() < in_threads_) start_thread();
        std::function<void()> job = std::move(waiting_.front());
        waiting_.pop_front();
        if (threads_.empty()) {
            job();
            continue;
        }
        {
            const std::lock_guard guard(mutex_);
            queue_.push_back(std::move(job));
        }
        has_work_.notify_one();
    }
}

/// There may be no more threads for us now; those that run will do.
void Pool::start_thread() {
    // Signals are the loop's: no thread of a pool is interrupted by them.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {   // tried again with the next job
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Pool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        has_work_.wait(lock, [this] { return is_ending_ || !queue_.empty(); });
        if (queue_.empty()) return;
        std::function<void()> job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        job();
        job = nullptr;
        lock.lock();
    }
}

}  // namespace postern::event
