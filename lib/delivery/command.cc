// Commands as users; see the header.
#include "lib/delivery/command.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/mail/exit_status.h"
#include "lib/service/program.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace postern::delivery {

namespace {

constexpr std::size_t output_limit = 4096;
constexpr std::size_t success_limit = 100;  // of output that only tells how well it went
constexpr std::size_t piece_size = 65536;

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

/// Exchanges input and output with a running command until it closes its output or is late.
class Exchange {
public:
    Exchange(std::string head, CommandInput content, Fd input, Fd output, Monotonic end)
        : pending_(std::move(head)),
          content_(std::move(content)),
          input_(std::move(input)),
          output_(std::move(output)),
          end_(end) {}

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
            auto filled = content_(pending_);
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
    CommandInput content_;
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

/// The child, and our ends of its input and output.
struct Running {
    pid_t process;
    Fd input, output;
};

/// In the child. It can be made less at any time.
void limit_files(std::uint64_t size) {
    rlimit bounds{};
    if (size == 0 || ::getrlimit(RLIMIT_FSIZE, &bounds) != 0) return;
    bounds.rlim_cur = std::min<rlim_t>(size, bounds.rlim_max);
    ::setrlimit(RLIMIT_FSIZE, &bounds);
}

Result<Running> start(const CommandSpec& spec) {
    auto input = make_pipe();
    if (!input) return input.error();
    auto output = make_pipe();
    if (!output) return output.error();
    const auto words = argument_list(spec);
    if (words.empty()) return permanent("empty command");
    const service::Program program{words, spec.environment, spec.identity, spec.chroot,
                                   spec.directory};
    const service::PreparedProgram prepared(program);
    const pid_t child = ::fork();
    if (child < 0) return temporary(system_error("fork").text);
    if (child == 0) {
        limit_files(spec.file_size_limit);
        prepared.become(input->reader.get(), output->writer.get(), output->writer.get());
    }
    return Running{child, std::move(input->writer), std::move(output->reader)};
}

std::string one_line(std::string_view output) {
    return printable(replace_all(replace_all(output, "\n", " "), "\t", " "), output_limit);
}

}  // namespace

CommandInput unchanged(queue::ContentReader content) {
    // Shared because a std::function must be copyable; there is one copy.
    auto reader = std::make_shared<queue::ContentReader>(std::move(content));
    return [reader](std::string& block) { return reader->fill(block, piece_size, "\n"); };
}

Result<CommandResult> run_command(const CommandSpec& spec, std::string head, CommandInput content) {
    const Monotonic deadline = std::chrono::steady_clock::now() + spec.time_limit;
    auto running = start(spec);
    if (!running) return running.error();

    CommandResult result;
    Exchange exchange(std::move(head), std::move(content), std::move(running->input),
                      std::move(running->output), deadline);
    auto in_time = exchange.run(result.output);
    int status = 0;
    if (!in_time || !*in_time || !wait_for(running->process, status, deadline)) {
        status = service::kill_program(running->process);
        result.is_late = true;
    }
    if (!in_time) return in_time.error();
    if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
    if (WIFEXITED(status)) result.exit_status = WEXITSTATUS(status);
    return result;
}

CommandVerdict judge(const CommandResult& result, std::string_view command) {
    const std::string output = one_line(result.output);
    const std::string reported = output.empty() ? "" : ". Command output: " + output;
    const auto meaning = mail::exit_meaning(result.is_late ? EX_SOFTWARE : result.exit_status);
    const std::string diagnosis(
        !output.empty() ? trim(output)
        : meaning       ? meaning->text
                        : fmt::format("unknown mail system error {}", result.exit_status));
    const auto failed = [&](mail::StatusCode status, std::string_view how) {
        return CommandVerdict{status, fmt::format("{}: \"{}\"{}", how, command, reported),
                              diagnosis};
    };
    if (result.is_late) return failed({5, 3, 0}, "Command time limit exceeded");
    if (result.signal != 0)
        return failed({4, 3, 0}, fmt::format("Command died with signal {}", result.signal));
    if (result.exit_status == 0)
        return {{2, 0, 0}, std::string(trim(output.substr(0, success_limit))), ""};
    // What the command says of itself counts more than its exit status.
    const auto coded = mail::find_coded_text(output);
    if (coded && !coded->code.is_success())
        return {coded->code, std::string(coded->text), std::string(trim(coded->text))};
    if (meaning) return {meaning->status, std::string(meaning->text) + reported, diagnosis};
    return failed({5, 3, 0}, fmt::format("Command died with status {}", result.exit_status));
}

}  // namespace postern::delivery
