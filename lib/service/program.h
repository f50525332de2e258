// Programs that are none of ours, run as other users: what pipe(8), spawn(8) and local(8) start.
#pragma once

#include "lib/base/result.h"
#include "lib/config/config.h"
#include "lib/service/identity.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::service {

struct Program {
    std::vector<std::string> arguments;    ///< the first is the program, found in PATH
    std::vector<std::string> environment;  ///< the whole of it, "NAME=value"
    Identity identity;
    std::string chroot;     ///< "": none; entered before the rights are given up
    std::string directory;  ///< working directory; "" is the one of this process
};

/// "user" or "user:group" of master.cf (pipe(8), spawn(8)). Errors (permanent): no such user or
/// group; the superuser, or the mail owner, as whom nothing may run.
Result<Identity> program_identity(std::string_view user_and_group, const config::Config& config);

/// The environment that export_environment leaves, with a PATH.
std::vector<std::string> program_environment(const config::Config& config);

/// In a child after fork(2): leads a session of its own, has the descriptors as standard input,
/// output and error, becomes the user for good, and runs the program. What fails is written to
/// standard error, and ends the child with EX_TEMPFAIL. `pointers` of its lists were made before
/// the fork, where memory may still be allocated.
class PreparedProgram {
public:
    explicit PreparedProgram(const Program& program);
    [[noreturn]] void become(int input, int output, int error) const;

private:
    const Program& program_;
    std::vector<char*> arguments_, environment_;
};

/// Ends a child that leads a session of its own, and its children with it, whoever they run as;
/// waits for it. The wait status.
int kill_program(pid_t child);

}  // namespace postern::service
