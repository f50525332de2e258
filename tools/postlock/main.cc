// postlock: runs a command while a mailbox is locked (postlock(1)).
#include "lib/delivery/mailbox_lock.h"
#include "lib/service/command.h"

#include <spawn.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

namespace postern::postlock {

namespace {

using delivery::MailboxLock;

constexpr std::string_view usage =
    "usage: postlock [-c config_dir] [-l lock_style] [-v] folder command...";

struct Options {
    std::optional<std::string> config_directory;
    std::optional<std::string> lock_style;
    int verbosity = 0;
    std::string file;
    char** command = nullptr;
};

Options parse_options(int argc, char** argv, const Log& log) {
    Options options;
    for (int letter; (letter = ::getopt(argc, argv, "+c:l:v")) != -1;) {
        switch (letter) {
        case 'c': options.config_directory = optarg; break;
        case 'l': options.lock_style = optarg; break;
        case 'v': ++options.verbosity; break;
        default: log.fatal("{}", usage);
        }
    }
    if (argc - optind < 2) log.fatal("{}", usage);
    options.file = argv[optind];
    options.command = argv + optind + 1;
    return options;
}

std::vector<MailboxLock> lock_kinds(const Options& options, const config::Config& config,
                                    const Log& log) {
    const auto names = options.lock_style ? std::vector{*options.lock_style}
                                          : config.list("mailbox_delivery_lock");
    auto kinds = delivery::parse_mailbox_locks(names);
    if (!kinds) log.fatal("{}", kinds.error().text);
    return std::move(*kinds);
}

delivery::LockAttempts attempts(const config::Config& config) {
    return {.attempts = static_cast<int>(config.number("deliver_lock_attempts")),
            .delay = config.time("deliver_lock_delay"),
            .stale_after = config.time("stale_lock_time")};
}

/// Holds a mailbox's locks while it lives.
class LockedFile {
public:
    static Result<LockedFile> take(const std::string& path, const std::vector<MailboxLock>& kinds,
                                   const delivery::LockAttempts& attempts) {
        LockedFile locked;
        if (std::ranges::find(kinds, MailboxLock::dotlock) != kinds.end()) {
            auto dotlock = delivery::DotLock::take(path, attempts);
            if (!dotlock) return dotlock.error();
            locked.dotlock_.emplace(std::move(*dotlock));
        }
        auto file = open_file(path, O_RDWR | O_APPEND | O_CREAT, 0600);
        if (!file) return file.error();
        locked.file_ = std::move(*file);
        for (const MailboxLock kind : kinds)
            if (kind != MailboxLock::dotlock)
                if (auto taken = delivery::lock_file(locked.file_.get(), kind, attempts); !taken)
                    return taken.error().in(path);
        return locked;
    }

private:
    std::optional<delivery::DotLock> dotlock_;
    Fd file_;   // closes on exec: the command works on a file of its own
};

/// Starts the command, as often as fork_attempts allows when there are too many processes.
Result<pid_t> start(char** command, const config::Config& config) {
    pid_t process = 0;
    int failure = EAGAIN;
    for (auto left = config.number("fork_attempts"); left > 0 && failure == EAGAIN; --left) {
        failure = ::posix_spawnp(&process, command[0], nullptr, nullptr, command, environ);
        const timespec wait{config.time("fork_delay").count(), 0};
        if (failure == EAGAIN && left > 1) ::nanosleep(&wait, nullptr);
    }
    if (failure != 0) return system_error(command[0], failure);
    return process;
}

Result<int> run_command(char** command, const config::Config& config) {
    const auto process = start(command, config);
    if (!process) return process.error();
    int status = 0;
    while (::waitpid(*process, &status, 0) < 0)
        if (errno != EINTR) return system_error(command[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
}

}  // namespace

int run(int argc, char** argv) {
    service::Command command("postlock", "postlock");
    // Whoever delivers through us tries again, whatever went wrong.
    command.book().set_end([](Severity) { std::exit(EX_TEMPFAIL); });
    const Log log = command.log();
    const Options options = parse_options(argc, argv, log);
    command.set_verbosity(options.verbosity);
    const config::Config config = command.load(options.config_directory);
    const auto locked =
        LockedFile::take(options.file, lock_kinds(options, config, log), attempts(config));
    if (!locked) log.fatal("{}", locked.error().text);
    const auto status = run_command(options.command, config);
    if (!status) log.fatal("{}", status.error().text);
    return *status;
}

}  // namespace postern::postlock

int main(int argc, char** argv) { return postern::postlock::run(argc, argv); }
