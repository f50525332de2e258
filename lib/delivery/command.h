// Runs a command with a message on its standard input, as a user, with a time limit.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/mail/status_code.h"
#include "lib/queue/content.h"
#include "lib/service/identity.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::delivery {

struct CommandSpec {
    std::string command;                 ///< for a shell, when `arguments` is empty
    std::vector<std::string> arguments;  ///< run directly
    std::string shell;                   ///< local_command_shell; "" is /bin/sh, and only where
                                         ///< the command needs one
    service::Identity identity;
    std::string chroot;                    ///< "": none
    std::string directory;                 ///< working directory; "" is the queue directory
    std::vector<std::string> environment;  ///< the whole of it, "NAME=value"
    seconds time_limit{1000};
    std::uint64_t file_size_limit = 0;  ///< of what it writes to; 0: as ours
};

struct CommandResult {
    int exit_status = 0;   ///< when it exited
    int signal = 0;        ///< when a signal killed it
    bool is_late = false;  ///< killed at the time limit
    std::string output;    ///< the first 4 KiB of standard output and error
};

/// Appends the next piece of what the command reads to a block; false: that was the last.
using CommandInput = std::function<Result<bool>(std::string& block)>;
/// The content as it is, lines ending with "\n".
CommandInput unchanged(queue::ContentReader content);

/// Feeds `head` and then `content` to it, and waits. A command that does not read its input is not
/// at fault; one that cannot be run or whose directory cannot be entered exits with EX_TEMPFAIL,
/// with the reason as its output. Blocks; for one-at-a-time services; SIGPIPE is ignored. The
/// child becomes the user for good. Error: temporary, there can be no further process; damage of
/// the queue file.
Result<CommandResult> run_command(const CommandSpec& spec, std::string head, CommandInput content);

/// What an end means for the delivery: sysexits.h, unless a failing command's output begins with
/// the enhanced status code (RFC 3463) of a failure. Texts have the output in one printable line;
/// that of a success is the beginning of the output alone.
struct CommandVerdict {
    mail::StatusCode status;
    std::string text;
    std::string diagnosis;  ///< what the command said of a failure, or its exit status means
};
/// `command` stands in the text.
CommandVerdict judge(const CommandResult& result, std::string_view command);

}  // namespace postern::delivery
