// One process that master started, and its end of the link to it.
#pragma once

#include "lib/event/loop.h"
#include "lib/service/master_link.h"
#include "master/share.h"

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace postern::master {

/// What is executed.
struct Program {
    std::string path;
    std::vector<std::string> arguments;     ///< argv, with argv[0]
    std::vector<std::string> environment;   ///< "NAME=value"
    std::vector<int> sockets;               ///< become first_listen_fd and the following
    int unsent_lines = -1;                  ///< the page that all share (lib/base/unsent_lines.h)
};

class Child {
public:
    /// Starts a process with a link, a counter file and the sockets. `changed` is called for every
    /// status that it sends. Errors name the program.
    static Result<std::unique_ptr<Child>> start(event::Loop& loop, const Program& program,
                                                std::int64_t share, std::function<void()> changed);

    pid_t process() const noexcept { return process_; }
    Monotonic started() const noexcept { return started_; }
    const Holding& holding() const noexcept { return holding_; }
    /// It came as far as serving.
    bool was_ready() const noexcept { return holding_.status.has_value(); }

    /// Reads nothing new, finishes, and leaves; its successor has the clients from now on.
    void retire();
    void grant(std::int64_t share);
    /// Ends the link: for the child, master is gone.
    void let_go();
    void kill(int signal) const noexcept;

private:
    Child(event::Loop& loop, pid_t process, Fd link, std::int64_t share,
          std::function<void()> changed);
    void read_link();
    void send(const service::MasterOrder& order);

    const pid_t process_;
    const Monotonic started_;
    Fd link_;
    Holding holding_;
    std::function<void()> changed_;
    event::EventHandle event_;   // ends before the link does
};

}  // namespace postern::master
