// Commands for connections; see the header.
#include "services/spawn/runner.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>

namespace postern::spawn {

namespace {

/// The command's own reads and writes wait; what we accept does not.
void set_blocking(int fd) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

}  // namespace

class Runner::Child {
public:
    explicit Child(pid_t process) : process_(process) {}
    ~Child() {
        if (!status_) service::kill_program(process_);
    }
    Child(const Child&) = delete;

    /// The wait status, once it has ended.
    std::optional<int> status() {
        int status = 0;
        if (!status_ && ::waitpid(process_, &status, WNOHANG) == process_) status_ = status;
        return status_;
    }
    pid_t process() const noexcept { return process_; }
    void kill() { status_ = service::kill_program(process_); }

private:
    const pid_t process_;
    std::optional<int> status_;
};

Runner::Runner(const service::Program& program, seconds time_limit, event::Loop& loop,
               const Log& log)
    : program_(program),
      time_limit_(time_limit),
      loop_(loop),
      log_(log),
      child_ended_(loop),
      watch_(loop.on_signal(SIGCHLD, [this] { child_ended_.notify_all(); })) {}

Task<void> Runner::run(service::Session session) {
    set_blocking(session.socket.get());
    const service::PreparedProgram prepared(program_);
    const pid_t process = ::fork();
    if (process < 0) {
        log_.warning("{}", system_error("fork").text);
        co_return;
    }
    if (process == 0)
        prepared.become(session.socket.get(), session.socket.get(), session.socket.get());
    session.socket.reset();  // its end is the command's to say

    Child child(process);
    const Deadline deadline = loop_.in(time_limit_);
    while (!child.status()) {
        if (co_await child_ended_.wait(deadline) || child.status()) continue;
        log_.warning("{}: process id {}: command time limit exceeded", program_.arguments.front(),
                     child.process());
        child.kill();
    }
    report(*child.status());
}

void Runner::report(int status) const {
    const std::string& command = program_.arguments.front();
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        log_.warning("command {} killed by signal {}", command, WTERMSIG(status));
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        log_.warning("command {} exit status {}", command, WEXITSTATUS(status));
}

}  // namespace postern::spawn
