// What every daemon is: started by master with its sockets, main.cf read, log open, rights given
// up, and then serving until it retires, idles out, or master is gone.
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"
#include "lib/event/condition.h"
#include "lib/event/group.h"
#include "lib/event/loop.h"
#include "lib/event/pool.h"
#include "lib/event/socket.h"
#include "lib/report/reporter.h"
#include "lib/service/link_to_master.h"
#include "lib/service/log_timer.h"
#include "lib/service/server.h"
#include "lib/service/start_options.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace postern::service {

class FileWatcher;

/// How many clients a process serves.
enum class Concurrency {
    many,        ///< many sessions or requests at once
    one,         ///< one delivery at a time: where the identity changes
};

/// Who the process becomes in drop_privileges().
enum class Privileges {
    mail_owner,  ///< for good; in a chroot where master.cf says so
    root,        ///< root in reserve, working with the mail owner's effective rights
};

struct Traits {
    Concurrency concurrency = Concurrency::many;
    Privileges privileges = Privileges::mail_owner;
    bool stays = false;            ///< never leaves because it is idle or has served much
    bool ends_with_master = false; ///< leaves at once when master is gone (qmgr)
    /// What maxproc bounds: processes (qmgr, anvil, proxymap ...), or sessions and deliveries
    /// (smtpd, smtp, local ...), as where Postfix serves one client a process.
    bool share_is_processes = false;
    /// The parameter that says for how long the loop may not turn before the process is ended.
    const char* watchdog_timeout = "daemon_timeout";
};

/// A connected client of a daemon that speaks its own protocol.
struct Session {
    Fd socket;
    event::SocketAddress peer;
    event::SocketAddress local = {};   ///< where a proxy took it; no address: as the socket says
};

class Daemon {
public:
    /// Options, main.cf, log. A bad option or file ends the process here, with a line that says
    /// what is wrong. `program` is the name in log lines.
    Daemon(std::string_view program, int argc, char** argv, Traits traits = {});
    ~Daemon();
    Daemon(const Daemon&) = delete;

    const config::Config& config() const noexcept { return *config_; }
    event::Loop& loop() noexcept { return loop_; }
    const Log& log() const noexcept { return *log_; }
    const Reporter& reporter() const noexcept { return *reporter_; }
    const StartOptions& options() const noexcept { return options_; }
    /// Threads for fsync and other waits for the disk; none in one-at-a-time services.
    event::Pool& disk() noexcept { return disk_; }
    /// Threads for the name service and other lookups that may block.
    event::Pool& names() noexcept { return names_; }
    /// For tasks that belong to nobody else; a bug in one is logged.
    event::TaskGroup& tasks() noexcept { return *tasks_; }
    event::TaskGroup::OnBug on_bug() const;

    /// Files whose change makes what was read out of date: the process retires then.
    void watch(const std::vector<std::string>& files);

    /// Chroot and change of identity, as master.cf and the traits say. Tables, keys and the like
    /// are open before.
    void drop_privileges();

    /// The greatest number of sessions or requests that this process takes at once: its share,
    /// process_session_limit, and the descriptors left.
    std::size_t session_limit() const noexcept;

    /// Called once when the process begins to retire.
    void on_retire(std::function<void()> action) { on_retire_.push_back(std::move(action)); }
    bool is_retiring() const noexcept { return is_retiring_; }
    bool is_master_gone() const noexcept { return is_master_gone_; }
    /// Something still under way that nobody waits for (a message on its way): the process does
    /// not leave before it is false.
    void keep_while(std::function<bool()> is_busy) { busy_.push_back(std::move(is_busy)); }

    /// Serves frames on all sockets. Returns the exit status.
    int serve(Server& server);
    /// A server with the limits that this process has.
    Server::Limits server_limits() const noexcept;
    /// Serves sessions of its own protocol (SMTP): each accepted connection becomes a task, and on
    /// sockets of type `pass` each client that another daemon hands over.
    using Serve = std::function<Task<void>(Session)>;
    int serve_sessions(Serve serve);
    /// Serves datagrams: `ready` is called with the socket when one can be read.
    int serve_datagrams(std::function<void(int fd)> ready);

    /// Since when other processes keep lines of their log; null where master did not start this one.
    const UnsentLines* unsent_lines() const noexcept {
        return unsent_lines_ ? &*unsent_lines_ : nullptr;
    }

private:
    void parse(int argc, char** argv);
    void load(std::string_view program);
    void open_log(std::string_view program);
    void set_bounds();
    void open_reporter();

    // daemon_serving.cc
    void accept_on(int fd, std::function<void(Fd, event::SocketAddress)> accepted);
    int run();
    void update();
    void report_status();
    void retire();
    void stop_accepting();
    Task<void> linger();
    void obey(const MasterOrder& order);
    void master_is_gone();
    bool may_leave() const;
    Task<void> leave_when_idle();
    Task<void> give_memory_back();
    Task<void> leave_at(Deadline deadline);

    const Traits traits_;
    StartOptions options_;
    event::Loop loop_;
    std::optional<config::Config> config_;
    std::optional<UnsentLines> unsent_lines_;
    std::unique_ptr<LogBook> book_;
    std::unique_ptr<LogTimer> log_timer_;
    std::optional<Log> log_;
    report::Wording wording_;
    report::Counters counters_;
    std::optional<Reporter> reporter_;
    event::Pool disk_, names_;
    std::unique_ptr<event::TaskGroup> tasks_, sessions_;
    std::unique_ptr<LinkToMaster> link_;
    std::unique_ptr<FileWatcher> watcher_;
    std::vector<std::unique_ptr<event::Listener>> listeners_;
    std::function<std::size_t()> in_use_;
    std::function<std::size_t()> connections_;
    std::vector<std::function<void()>> on_retire_;
    std::vector<std::function<bool()>> busy_;
    std::function<void()> retire_server_;
    std::int64_t share_ = no_limit;
    std::size_t process_bound_ = 1, max_use_ = 1;
    std::size_t served_ = 0, activity_ = 0;
    event::Condition has_been_active_{loop_};
    bool is_retiring_ = false, is_master_gone_ = false, has_lingered_ = false;
    std::optional<ChildStatus> reported_;
};

}  // namespace postern::service
