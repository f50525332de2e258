// postdrop as a child; see the header.
#include "lib/service/postdrop.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace postern::service {

Postdrop::Postdrop(pid_t process, Fd input, Fd output)
    : process_(process), input_(std::move(input)), output_(std::move(output)) {}

Result<Postdrop> Postdrop::start(const std::string& path) {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> in{}, out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0) return system_error("pipe");
    Fd in_read(in[0]), in_write(in[1]);
    if (::pipe2(out.data(), O_CLOEXEC) != 0) return system_error("pipe");
    Fd out_read(out[0]), out_write(out[1]);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in_read.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out_write.get(), STDOUT_FILENO);
    std::string name = "postdrop", option = "-r";
    std::array<char*, 3> arguments = {name.data(), option.data(), nullptr};
    pid_t process = 0;
    const int failed = ::posix_spawn(&process, path.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return system_error("execute " + path, failed);
    return Postdrop(process, std::move(in_write), std::move(out_read));
}

void Postdrop::send(std::string_view records) {
    if (!is_broken_ && !write_all(input_.get(), records, "postdrop")) is_broken_ = true;
}

/// False at the end of what it says.
Result<bool> Postdrop::read_more() {
    std::array<char, 1024> piece;
    for (;;) {
        const ssize_t size = ::read(output_.get(), piece.data(), piece.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return system_error("read from postdrop");
        answer_.append(piece.data(), static_cast<std::size_t>(size));
        return size > 0;
    }
}

// What it answers, tools/postdrop/main.cc: "protocol", "postdrop_protocol", "queue_id", ID, "" and
// "status", "0", "reason", "", "", each with a zero byte behind it.

Result<std::string> Postdrop::queue_id() {
    constexpr std::string_view name("\0queue_id\0", 10);
    for (;;) {
        const auto start = answer_.find(name);
        const auto end = start == answer_.npos ? start : answer_.find('\0', start + name.size());
        if (end != answer_.npos)
            return answer_.substr(start + name.size(), end - start - name.size());
        auto more = read_more();
        if (!more) return more.error();
        if (!*more) return temporary("postdrop gave no queue id");
    }
}

Result<void> Postdrop::finish() {
    input_.reset();
    Result<bool> more = true;
    while (more && *more) more = read_more();
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    if (!more) return more.error();
    constexpr std::string_view accepted("status\0000\0", 9);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && answer_.find(accepted) != answer_.npos)
        return success();
    return temporary("mail could not be put into the queue");
}

}  // namespace postern::service
