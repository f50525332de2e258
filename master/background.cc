// Into the background; see the header.
#include "master/background.h"

#include <poll.h>
#include <unistd.h>

#include <tuple>

namespace postern::master {

namespace {

constexpr int patience_ms = 30'000;

[[noreturn]] void wait_for(int fd) {
    pollfd waiting{fd, POLLIN, 0};
    char byte = 0;
    const bool is_ready = ::poll(&waiting, 1, patience_ms) > 0 && ::read(fd, &byte, 1) == 1;
    ::_exit(is_ready ? 0 : 1);
}

}  // namespace

Background::Background(const Options& options) {
    int ends[2];
    if (options.waits && ::pipe2(ends, O_CLOEXEC) == 0) {
        Fd reading(ends[0]);
        waiting_ = Fd(ends[1]);
        const pid_t process = ::fork();
        if (process < 0) ::_exit(1);
        if (process > 0) {
            waiting_.reset();
            wait_for(reading.get());
        }
    }
    // A group of our own: signals to the starter's terminal do not reach the mail system.
    if (!options.stays_attached && !options.is_init && ::setsid() < 0) std::ignore = ::setpgid(0, 0);
}

void Background::ready() {
    if (waiting_) std::ignore = ::write(waiting_.get(), "", 1);   // it may have been interrupted
    waiting_.reset();
}

void close_standard_files(const Options& options) {
    if (options.stays_attached) return;
    const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null) return;
    ::dup2(null.get(), STDIN_FILENO);
    if (!options.keeps_output) ::dup2(null.get(), STDOUT_FILENO);
    ::dup2(null.get(), STDERR_FILENO);
}

}  // namespace postern::master
