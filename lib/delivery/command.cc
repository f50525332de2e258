// Commands as users; see the header.
#include "lib/delivery/command.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"

#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace postern::delivery {

namespace {

constexpr std::size_t output_limit = 4096;
constexpr int cannot_start = 126;

struct Pipe {
    Fd reader, writer;
};

Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("pipe");
    return Pipe{Fd(ends[0]), Fd(ends[1])};
}

/// What the shell would have to interpret.
bool needs_shell(std::string_view command) {
    constexpr std::string_view special = "#$&*()\"';<>?[]\\`{|}~=!%\n";
    static const std::vector<std::string_view> built_in{
        "exit", "cd",    "exec", "umask", "trap", ":",      ".",      "if",
        "for",  "while", "case", "eval",  "set",  "export", "ulimit", "wait"};
    if (command.find_first_of(special) != command.npos) return true;
    const auto words = split(command);
    return words.empty() ||
           std::find(built_in.begin(), built_in.end(), words.front()) != built_in.end();
}

std::vector<std::string> argument_list(const CommandSpec& spec) {
    if (!spec.arguments.empty()) return spec.arguments;
    if (!spec.shell.empty()) {
        std::vector<std::string> list;
        for (const std::string_view word : split(spec.shell))
            list.emplace_back(word);
        list.push_back(spec.command);
        return list;
    }
    if (needs_shell(spec.command)) return {"/bin/sh", "-c", spec.command};
    std::vector<std::string> list;
    for (const std::string_view word : split(spec.command))
        list.emplace_back(word);
    return list;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> list;
    for (const std::string& text : strings)
        list.push_back(const_cast<char*>(text.c_str()));
    list.push_back(nullptr);
    return list;
}

/// In the child: nothing leads back from here, and nothing of ours goes along.
[[noreturn]] void become_command(const CommandSpec& spec, const std::vector<char*>& arguments,
                                 const std::vector<char*>& environment, int input, int output) {
    ::setsid();
    if (::getuid() == 0) {
        const bool is_user =
            ::seteuid(0) == 0 && ::setegid(0) == 0 &&
            (spec.user_name.empty()
                 ? ::setgroups(1, &spec.identity.group)
                 : ::initgroups(spec.user_name.c_str(), spec.identity.group)) == 0 &&
            ::setresgid(spec.identity.group, spec.identity.group, spec.identity.group) == 0 &&
            ::setresuid(spec.identity.user, spec.identity.user, spec.identity.user) == 0;
        if (!is_user) ::_exit(cannot_start);
    }
    if (::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0)
        ::_exit(cannot_start);
    if (!spec.directory.empty() && ::chdir(spec.directory.c_str()) != 0) ::_exit(cannot_start);
    ::signal(SIGPIPE, SIG_DFL);
    ::umask(077);
    ::execvpe(arguments[0], arguments.data(), environment.data());
    const std::string complaint =
        fmt::format("{}: {}\n", arguments[0], system_error("execute").text);
    std::ignore = ::write(2, complaint.data(), complaint.size());
    ::_exit(127);
}

/// Exchanges input and output with a running command until it closes its output or is late.
class Exchange {
public:
    Exchange(std::string head, queue::ContentReader content, Fd input, Fd output,
             seconds time_limit)
        : pending_(std::move(head)),
          content_(std::move(content)),
          input_(std::move(input)),
          output_(std::move(output)),
          end_(std::chrono::steady_clock::now() + time_limit) {}

    /// False: the time is over.
    Result<bool> run(std::string& collected) {
        ::fcntl(input_.get(), F_SETFL, O_NONBLOCK);
        while (output_) {
            const auto left =
                std::chrono::ceil<milliseconds>(end_ - std::chrono::steady_clock::now());
            if (left <= milliseconds(0)) return false;
            pollfd watched[2] = {{output_.get(), POLLIN, 0}, {input_.get(), POLLOUT, 0}};
            if (::poll(watched, input_ ? 2 : 1, static_cast<int>(left.count())) < 0 &&
                errno != EINTR)
                return system_error("poll");
            if (input_ && watched[1].revents)
                if (auto fed = feed(); !fed) return fed.error();
            if (watched[0].revents) collect(collected);
        }
        return true;
    }

private:
    Result<void> feed() {
        if (pending_.size() == written_) {
            pending_.clear();
            written_ = 0;
            if (!has_more_) return input_.reset(), success();
            auto filled = content_.fill(pending_, 65536, "\n");
            if (!filled) return filled.error();
            has_more_ = *filled;
            if (pending_.empty()) return success();
        }
        const ssize_t done =
            ::write(input_.get(), pending_.data() + written_, pending_.size() - written_);
        if (done > 0) written_ += static_cast<std::size_t>(done);
        if (done < 0 && errno != EAGAIN && errno != EINTR) input_.reset();  // it reads no further
        return success();
    }
    void collect(std::string& collected) {
        char piece[4096];
        const ssize_t got = ::read(output_.get(), piece, sizeof piece);
        if (got < 0 && errno == EINTR) return;
        if (got <= 0) return output_.reset();
        const auto room = output_limit - std::min(collected.size(), output_limit);
        collected.append(piece, std::min(static_cast<std::size_t>(got), room));
    }

    std::string pending_;
    std::size_t written_ = 0;
    bool has_more_ = true;
    queue::ContentReader content_;
    Fd input_, output_;
    const Monotonic end_;
};

/// Waits for the end of the child, no longer than its time.
bool wait_for(pid_t child, int& status, Monotonic end) {
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() >= end) return false;
        ::poll(nullptr, 0, 10);
    }
    return true;
}

}  // namespace

Result<CommandResult> run_command(const CommandSpec& spec, std::string head,
                                  queue::ContentReader content) {
    auto input = make_pipe();
    if (!input) return input.error();
    auto output = make_pipe();
    if (!output) return output.error();
    const auto words = argument_list(spec);
    const auto arguments = pointers(words);
    const auto environment = pointers(spec.environment);
    const Monotonic end = std::chrono::steady_clock::now() + spec.time_limit;

    const pid_t child = ::fork();
    if (child < 0) return temporary(system_error("fork").text);
    if (child == 0)
        become_command(spec, arguments, environment, input->reader.get(), output->writer.get());
    input->reader.reset();
    output->writer.reset();

    CommandResult result;
    Exchange exchange(std::move(head), std::move(content), std::move(input->writer),
                      std::move(output->reader), spec.time_limit);
    auto in_time = exchange.run(result.output);
    int status = 0;
    if (!in_time || !*in_time || !wait_for(child, status, end)) {
        // The child leads a session of its own: its children go with it. It runs as the user, whom
        // the mail owner may not kill.
        const service::ActingAs root({0, 0});
        ::kill(-child, SIGKILL);
        ::waitpid(child, &status, 0);
        result.is_late = true;
    }
    if (!in_time) return in_time.error();
    if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
    if (WIFEXITED(status)) result.exit_status = WEXITSTATUS(status);
    return result;
}

}  // namespace postern::delivery
