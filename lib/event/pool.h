// Threads for what may block: file synchronisation, name lookups, authentication libraries.
#pragma once

#include "lib/event/loop.h"

#include <condition_variable>
#include <deque>
#include <thread>
#include <type_traits>

namespace postern::event {

/// Threads for one kind of wait, so that the slowness of one kind holds up no other. They start
/// with the first job. With zero threads jobs run inline: for one-at-a-time services, and
/// for processes that fork; and where the system gives no thread at all, since late is better than
/// never.
class Pool {
public:
    /// `queue_limit`: jobs with the threads, running or not; further ones wait in the loop.
    Pool(Loop& loop, std::size_t threads, std::size_t queue_limit = 1024);
    ~Pool();
    Pool(const Pool&) = delete;

    template <class F>
    class Offload;

    /// Runs `job` in a thread: `co_await pool.offload(job)` gives what it returns. The job owns
    /// all that it touches. A wait that is ended first drops the result when it comes.
    template <class F>
    Offload<F> offload(F job) {
        return Offload<F>(*this, std::move(job));
    }

private:
    void submit(std::function<void()> job);
    void hand_over();
    void start_thread();
    void work();

    Loop& loop_;
    const std::size_t threads_limit_, queue_limit_;
    std::size_t in_threads_ = 0;
    std::deque<std::function<void()>> waiting_;   // of the loop's thread

    std::mutex mutex_;
    std::condition_variable has_work_;
    std::deque<std::function<void()>> queue_;
    bool is_ending_ = false;
    std::vector<std::thread> threads_;
};

template <class F>
class Pool::Offload {
public:
    using Value = std::invoke_result_t<F&>;

    Offload(Pool& pool, F job) : pool_(pool), job_(std::move(job)) {}
    ~Offload() {
        if (shared_) shared_->waiter = nullptr;
    }
    Offload(const Offload&) = delete;

    bool await_ready() {
        if (pool_.threads_limit_ > 0) return false;
        outcome_.run(job_);
        return true;
    }
    void await_suspend(std::coroutine_handle<> handle) {
        waiter_.suspend(handle);
        // Shared by the wait, which may be ended first, and the job, which may end first.
        shared_ = std::make_shared<Shared>(std::move(job_), this);
        pool_.submit([shared = shared_, &loop = pool_.loop_, &pool = pool_] {
            shared->outcome.run(shared->job);
            loop.post([shared, &pool] {
                --pool.in_threads_;
                pool.hand_over();
                if (shared->waiter) shared->waiter->arrived();
            });
        });
    }
    /// An exception of the job comes out here.
    Value await_resume() {
        if (outcome_.failure) std::rethrow_exception(outcome_.failure);
        return std::move(*outcome_.value);
    }

private:
    struct Outcome {
        std::optional<Value> value;
        std::exception_ptr failure;

        void run(F& job) {
            try {
                value.emplace(job());
            } catch (...) {
                failure = std::current_exception();
            }
        }
    };
    struct Shared {
        Shared(F work, Offload* waiting) : job(std::move(work)), waiter(waiting) {}
        F job;
        Outcome outcome;
        Offload* waiter;   // touched by the loop's thread only
    };
    void arrived() {
        outcome_ = std::move(shared_->outcome);
        pool_.loop_.resume_soon(waiter_);
    }

    Pool& pool_;
    F job_;
    std::shared_ptr<Shared> shared_;
    Outcome outcome_;
    Waiter waiter_;
};

}  // namespace postern::event
