// All sessions of smtp-sink: how many at once, what they have done, and when there is enough.
#pragma once

#include "lib/base/log.h"
#include "lib/event/group.h"
#include "lib/event/pool.h"
#include "lib/event/socket.h"
#include "tools/smtp_sink/options.h"

#include <random>
#include <vector>

namespace postern::smtp_sink {

class Server {
public:
    /// `sockets` are listening.
    Server(event::Loop& loop, const Options& options, std::vector<Fd> sockets, Log log);

    event::Loop& loop() const noexcept { return loop_; }
    const Options& options() const noexcept { return options_; }
    const Log& log() const noexcept { return log_; }
    /// 0 to `most`, by chance.
    std::uint32_t by_chance(std::uint32_t most);

    /// Files are written beside the loop.
    event::Pool& files() noexcept { return files_; }

    // What sessions report; the last of them that was asked for ends the loop.
    void took_message();
    void took_quit();

private:
    void accepted(Fd client, const event::SocketAddress& address);
    Task<void> session(Fd client, event::SocketAddress address);
    void session_ended();
    void show_counters() const;

    event::Loop& loop_;
    const Options& options_;
    Log log_;
    std::mt19937 chance_{std::random_device{}()};
    event::Pool files_;
    event::TaskGroup sessions_;
    std::vector<std::unique_ptr<event::Listener>> listeners_;
    std::uint64_t ended_sessions_ = 0, quits_ = 0, messages_ = 0;
    std::size_t open_sessions_ = 0;
};

}  // namespace postern::smtp_sink
