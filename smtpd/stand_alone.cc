// Stand-alone sessions; see the header.
#include "smtpd/stand_alone.h"

#include "lib/service/identity.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <thread>

namespace postern::smtpd {

namespace {

void copy(int from, int to) {
    std::array<char, 16384> piece;
    for (;;) {
        const ssize_t size = ::read(from, piece.data(), piece.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return;
        if (!write_all(to, {piece.data(), static_cast<std::size_t>(size)}, "session")) return;
    }
}

/// Both ways at once: a side that does not read must not stop the other.
[[noreturn]] void copy_until_end(int socket, pid_t session) {
    std::signal(SIGPIPE, SIG_IGN);
    std::thread([socket] {
        copy(STDIN_FILENO, socket);
        ::shutdown(socket, SHUT_WR);
    }).detach();
    copy(socket, STDOUT_FILENO);
    int status = 0;
    while (::waitpid(session, &status, 0) < 0 && errno == EINTR) {
    }
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

}  // namespace

bool is_stand_alone(int argc, char** argv) {
    return std::any_of(argv + 1, argv + argc, [](std::string_view word) { return word == "-S"; });
}

Result<Fd> standard_files_as_socket() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return system_error("socketpair");
    Fd ours(ends[0]), theirs(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return system_error("fork");
    if (child > 0) {
        ours.reset();
        copy_until_end(theirs.get(), child);
    }
    if (auto done = set_nonblocking(ours.get()); !done) return done.error();
    return ours;
}

StandAlone stand_alone_for_caller(const config::Config& config) {
    const auto owner = service::mail_owner(config);
    if (owner && owner->user == ::geteuid()) return {"", true};
    return {config.text("command_directory") + "/postdrop", false};
}

}  // namespace postern::smtpd
