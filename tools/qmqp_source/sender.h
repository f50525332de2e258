// Sends messages, each over a connection of its own (https://cr.yp.to/proto/qmqp.html).
#pragma once

#include "lib/base/log.h"
#include "lib/event/socket.h"
#include "tools/qmqp_source/options.h"

#include <random>
#include <string>
#include <vector>

namespace postern::qmqp_source {

/// Message `number` as it goes over the line: content, sender and recipients.
std::string request(const Options& options, std::uint64_t number, WallTime now);

/// What all sessions share. References outlive it.
class Sender {
public:
    Sender(event::Loop& loop, const Options& options,
           std::vector<event::SocketAddress> addresses, Log log)
        : loop_(loop), options_(options), addresses_(std::move(addresses)), log_(log) {}

    /// One session: sends until all messages have been taken. What fails ends the program.
    Task<void> run();

private:
    Task<Result<void>> send(std::uint64_t number);
    Task<Result<Fd>> connect();
    seconds pause();
    void show_counter();

    event::Loop& loop_;
    const Options& options_;
    const std::vector<event::SocketAddress> addresses_;
    const Log log_;
    std::mt19937 chance_{std::random_device{}()};
    std::uint64_t taken_ = 0, sent_ = 0;
};

}  // namespace postern::qmqp_source
