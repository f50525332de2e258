// All services of an instance together: start, reload, the end of processes, and the stop.
#pragma once

#include "master/service.h"
#include "master/systemd.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace postern::master {

class Supervisor {
public:
    /// `plan` has been read without errors.
    Supervisor(House& house, Plan plan, Systemd& systemd);

    /// Opens all sockets. Error: that of the first that could not be opened; all are closed then.
    Result<void> open();
    /// Begins to serve; the processes are started as they are needed.
    void begin();

    /// Reads the configuration again. When it is wrong, everything goes on as before, and the
    /// log says why.
    void reload();
    /// Orderly: nobody new, and what is under way goes on without us, but we wait for a moment,
    /// since most is done in no time. A second call does not wait.
    void stop(int signal, seconds patience);
    /// At once: all processes are killed.
    void abort(int signal);
    /// Looks which processes have ended; those that are none of ours too (we may be process 1).
    void reap();

private:
    class Patience final : public event::Timer {
    public:
        explicit Patience(Supervisor& supervisor) : supervisor_(supervisor) {}
        void expired() override { supervisor_.end_log(); }

    private:
        Supervisor& supervisor_;
    };

    void begin_services();
    void adopt(Plan plan);
    void open_new(const PlannedService& planned);
    void close_removed();
    void warn_of(const Plan& plan) const;
    void announce(bool is_reload) const;
    bool is_anybody_left() const;
    void leave_if_done();
    void end_log();

    House& house_;
    Plan plan_;
    Systemd& systemd_;
    std::map<std::string, std::unique_ptr<Service>> services_;   // by PlannedService::key()
    std::vector<std::unique_ptr<Service>> removed_;   // not in master.cf, while processes finish
    std::unique_ptr<Service> log_;   // is told last of all
    Patience patience_{*this};
    bool is_log_told_ = false;
};

}  // namespace postern::master
