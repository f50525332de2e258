// Reading records; see the header.
#include "tools/postdrop/input.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace postern::postdrop {
namespace {

Fd catch_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) sigaddset(&signals, number);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    // A full disk quota and a gone reader are errors of write(2), not ends of the process.
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    return Fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace

Input::Input(int descriptor) : descriptor_(descriptor), signals_(catch_signals()) {}

Result<std::optional<queue::Record>> Input::next() {
    for (;;) {
        queue::RecordParser parser(std::string_view(buffer_).substr(position_));
        auto record = parser.next();
        if (!record) return record.error().in("standard input");
        if (*record) {
            position_ = buffer_.size() - parser.rest().size();
            return record;
        }
        auto more = fill();
        if (!more) return more.error();
        if (*more) continue;
        if (position_ < buffer_.size()) return permanent("standard input: unexpected end within a record");
        return std::optional<queue::Record>();
    }
}

Result<bool> Input::fill() {
    buffer_.erase(0, std::exchange(position_, 0));
    if (auto ready = wait(); !ready) return ready.error();
    std::array<char, 16384> piece;
    const ssize_t size = ::read(descriptor_, piece.data(), piece.size());
    if (size < 0) return system_error("read standard input");
    buffer_.append(piece.data(), static_cast<std::size_t>(size));
    return size > 0;
}

Result<void> Input::wait() {
    std::array<pollfd, 2> waits{{{descriptor_, POLLIN, 0}, {signals_.get(), POLLIN, 0}}};
    while (::poll(waits.data(), waits.size(), -1) < 0)
        if (errno != EINTR) return system_error("poll standard input");
    if (waits[1].revents == 0) return success();
    return Error{Errc::cancelled, "ended by a signal"};
}

}  // namespace postern::postdrop
