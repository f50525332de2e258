// One service of master.cf while master runs: its sockets, its processes, and when to start more.
//
// While no process of it has room, master watches its sockets, and the next client starts one;
// while one has room, master does not look at them at all, whatever number of clients comes.
#pragma once

#include "lib/event/group.h"
#include "lib/report/reporter.h"
#include "master/child.h"
#include "master/command_line.h"
#include "master/plan.h"
#include "master/wake_up.h"

#include <memory>
#include <string>
#include <vector>

namespace postern::master {

/// What all services share. `plan` is the one that holds at the moment.
struct House {
    event::Loop& loop;
    const Reporter& reporter;
    int unsent_lines = -1;   ///< the page for the log lines of all (lib/base/unsent_lines.h)
    const Plan* plan = nullptr;
    int verbosity = 0;
    bool is_stopping = false;
};

class Service {
public:
    Service(House& house, PlannedService planned);
    Service(const Service&) = delete;

    const PlannedService& planned() const noexcept { return planned_; }
    bool has_children() const noexcept { return !children_.empty(); }

    /// Opens what the plan has and is not open. Errors name the endpoint; what could be opened
    /// stays open.
    Result<void> open();
    /// After a reload: keeps the sockets of places that stay, closes the others, sends the
    /// processes away and forgets past failures.
    Result<void> change(PlannedService planned);
    /// No longer in master.cf: closes and removes the sockets; the processes finish.
    void close();
    /// Begins to watch for clients, and wakes the service up as master.cf says.
    void begin();
    /// Starts a process without waiting for a client, if the share and past failures allow it.
    void start_process();

    /// Stopping: nobody new; the processes finish, for their master is gone.
    void let_go();
    void kill(int signal) const;
    /// A process has ended, as wait(2) says; false when it is not one of this service.
    bool ended(pid_t process, int wait_status);

private:
    struct Socket {
        Endpoint endpoint;
        Fd descriptor;
        event::EventHandle watch;
    };
    /// Until when a service that dies at once is left alone.
    class Throttle final : public event::Timer {
    public:
        explicit Throttle(Service& service) : service_(service) {}
        void expired() override { service_.update(); }

    private:
        Service& service_;
    };

    std::vector<Holding> holdings() const;
    Program program(const StartDetails& details) const;
    void update();
    void watch_sockets(bool is_wanted);
    void share_out();
    void warn_if_used_up();
    void judge(const Child& child, int wait_status);
    void throttle();
    std::string program_path() const;

    House& house_;
    PlannedService planned_;
    std::vector<Socket> sockets_;
    std::vector<std::unique_ptr<Child>> children_;
    Throttle throttle_{*this};
    WakeUp wake_up_;
    Monotonic last_warning_{};
    bool was_used_ = false;
};

}  // namespace postern::master
