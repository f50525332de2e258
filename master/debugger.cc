// -D; see the header.
#include "master/debugger.h"

#include <spawn.h>
#include <unistd.h>

#include <cstdlib>

namespace postern::master {

void start_debugger(const config::Config& config, const Log& log) {
    std::string command = config.text("debugger_command");
    if (command.empty()) return log.warning("-D: debugger_command is empty");
    ::setenv("process_name", "master", 1);
    ::setenv("process_id", fmt::to_string(::getpid()).c_str(), 1);
    ::setenv("daemon_directory", config.text("daemon_directory").c_str(), 1);
    std::string shell = "sh", option = "-c";
    char* words[] = {shell.data(), option.data(), command.data(), nullptr};
    pid_t process = 0;
    if (const int failure = ::posix_spawn(&process, "/bin/sh", nullptr, nullptr, words, environ))
        log.warning("{}", system_error("debugger_command: /bin/sh", failure).text);
}

}  // namespace postern::master
