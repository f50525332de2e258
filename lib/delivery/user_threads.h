// Threads that do as users what an agent does for them.
#pragma once

#include "lib/event/pool.h"
#include "lib/service/thread_identity.h"

#include <unistd.h>

#include <thread>
#include <utility>

namespace postern::delivery {

/// Each thread has the rights of the user whose job it runs, and keeps them, idle, until its next
/// job is for another; none works with those of the mail owner, and root is only what it passes
/// through on its way from one user to the next. A file system that does not answer holds up one
/// thread, not the deliveries of others. Started by an ordinary user, all have that one's rights.
class UserThreads {
public:
    /// As many deliveries at once as Postfix, by default, has processes for.
    static constexpr std::size_t most = 100;

    /// Made in the loop's thread, of a daemon with root in reserve (service::Privileges::root).
    explicit UserThreads(event::Loop& loop, std::size_t threads = most) : pool_(loop, threads) {}

    /// Runs `job`, which owns all that it touches, as `user`: `co_await threads.run_as(user, job)`
    /// gives what it returns.
    template <class F>
    auto run_as(service::Identity user, F job) {
        return pool_.offload(AsUser<F>{user, loop_thread_, std::move(job)});
    }

private:
    template <class F>
    struct AsUser {
        service::Identity user;
        std::thread::id loop_thread;
        F job;

        auto operator()() {
            if (::getuid() != 0) return job();
            if (std::this_thread::get_id() == loop_thread) {  // no thread could be started
                const service::ActingAs acting(user);
                return job();
            }
            service::become_in_thread(user);
            return job();
        }
    };

    const std::thread::id loop_thread_ = std::this_thread::get_id();
    event::Pool pool_;
};

}  // namespace postern::delivery
