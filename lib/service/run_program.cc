// Running programs; see the header.
#include "lib/service/run_program.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace postern::service {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> list;
    for (const std::string& word : words) list.push_back(const_cast<char*>(word.c_str()));
    list.push_back(nullptr);
    return list;
}

}  // namespace

Result<int> run_program(const std::vector<std::string>& words) {
    pid_t process = 0;
    const auto argv = pointers(words);
    const int failure = ::posix_spawnp(&process, argv[0], nullptr, nullptr, argv.data(), environ);
    if (failure != 0) return system_error(words.front(), failure);
    int status = 0;
    while (::waitpid(process, &status, 0) < 0)
        if (errno != EINTR) return system_error(words.front());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Error become_program(const std::vector<std::string>& words) {
    ::execvp(words.front().c_str(), pointers(words).data());
    return system_error(words.front());
}

}  // namespace postern::service
