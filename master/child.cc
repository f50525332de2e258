// Starting a process and talking to it; see the header.
#include "master/child.h"

#include "lib/report/counters.h"

#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <tuple>

namespace postern::master {

namespace {

using service::first_listen_fd;

/// What posix_spawn(3) needs: descriptors at their places, signals as a new process has them.
class SpawnPlan {
public:
    SpawnPlan() {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    SpawnPlan(const SpawnPlan&) = delete;

    /// `source` becomes `target` in the child. Sources are copied above all targets first, since
    /// they may stand where another one belongs.
    Result<void> place(int source, int target, int above) {
        Fd copy(::fcntl(source, F_DUPFD_CLOEXEC, above));
        if (!copy) return system_error("dup");
        ::posix_spawn_file_actions_adddup2(&actions_, copy.get(), target);
        copies_.push_back(std::move(copy));
        return success();
    }

    Result<pid_t> spawn(const Program& program) const {
        pid_t process = 0;
        const int failure = ::posix_spawn(&process, program.path.c_str(), &actions_, &attributes_,
                                          pointers(program.arguments).data(),
                                          pointers(program.environment).data());
        if (failure != 0) return system_error(program.path, failure);
        return process;
    }

private:
    static std::vector<char*> pointers(const std::vector<std::string>& words) {
        std::vector<char*> list;
        for (const std::string& word : words) list.push_back(const_cast<char*>(word.c_str()));
        list.push_back(nullptr);
        return list;
    }

    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
    std::vector<Fd> copies_;
};

Result<pid_t> spawn(const Program& program, int link, int counters) {
    SpawnPlan plan;
    const int above = first_listen_fd + static_cast<int>(program.sockets.size());
    auto placed = plan.place(link, service::master_link_fd, above);
    if (placed) placed = plan.place(counters, service::counters_fd, above);
    if (placed) placed = plan.place(program.unsent_lines, service::unsent_lines_fd, above);
    for (int target = first_listen_fd; const int socket : program.sockets)
        if (placed) placed = plan.place(socket, target++, above);
    if (!placed) return placed.error();
    return plan.spawn(program);
}

}  // namespace

Result<std::unique_ptr<Child>> Child::start(event::Loop& loop, const Program& program,
                                            std::int64_t share, std::function<void()> changed) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return system_error("socketpair");
    Fd ours(ends[0]), theirs(ends[1]);
    auto counters = report::make_counter_file(program.arguments.front());
    if (!counters) return counters.error();
    auto process = spawn(program, theirs.get(), counters->get());
    if (!process) return process.error();
    return std::unique_ptr<Child>(
        new Child(loop, *process, std::move(ours), share, std::move(changed)));
}

Child::Child(event::Loop& loop, pid_t process, Fd link, std::int64_t share,
             std::function<void()> changed)
    : process_(process),
      started_(loop.now()),
      link_(std::move(link)),
      changed_(std::move(changed)) {
    holding_.granted = share;
    event_ = loop.watch_read(
        link_.get(), event::Loop::Trigger::level,
        [](int, short, void* self) { static_cast<Child*>(self)->read_link(); }, this);
}

void Child::read_link() {
    char packet[512];
    const ssize_t got = ::recv(link_.get(), packet, sizeof packet, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return let_go();   // it is ending; wait(2) will say how
    const auto status = service::decode_status({packet, static_cast<std::size_t>(got)});
    if (!status) return;   // only our own programs are started, so this is not worth a word
    holding_.status = *status;
    changed_();
}

void Child::send(const service::MasterOrder& order) {
    const std::string packet = service::encode_order(order);
    // A child whose socket is full is stuck, and ends by its own watchdog.
    if (link_) std::ignore = ::send(link_.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void Child::retire() {
    holding_.is_sent_away = true;
    send({service::MasterOrder::retire, 0});
}

void Child::grant(std::int64_t share) {
    holding_.granted = share;
    send({service::MasterOrder::limit, share});
}

void Child::let_go() {
    holding_.is_sent_away = true;
    event_.reset();
    link_.reset();
}

void Child::kill(int signal) const noexcept { ::kill(process_, signal); }

}  // namespace postern::master
