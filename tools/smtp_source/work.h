// What is to be sent in all, which the sessions share among them.
#pragma once

#include "lib/base/log.h"
#include "lib/event/loop.h"
#include "lib/event/socket.h"
#include "tools/smtp_source/options.h"

#include <optional>
#include <random>
#include <string>
#include <vector>

namespace postern::smtp_source {

class Work {
public:
    /// `options` outlive it. `file` is the content of -F.
    Work(event::Loop& loop, const Options& options, std::vector<event::SocketAddress> addresses,
         std::string file, Log log);

    event::Loop& loop() const noexcept { return loop_; }
    const Options& options() const noexcept { return options_; }
    const Log& log() const noexcept { return log_; }
    const std::vector<event::SocketAddress>& addresses() const noexcept { return addresses_; }

    /// The number of the next message; nothing when all are taken.
    std::optional<std::uint64_t> take_message();
    std::string content_of(std::uint64_t message) const;
    /// The recipients of the next transaction.
    std::vector<std::string> recipients();
    /// How long to wait before the next message.
    seconds pause();
    void sent_message();

private:
    event::Loop& loop_;
    const Options& options_;
    std::vector<event::SocketAddress> addresses_;
    std::string file_;
    Log log_;
    std::mt19937 chance_{std::random_device{}()};
    std::uint64_t taken_ = 0, sent_ = 0, last_recipient_ = 0;
};

}  // namespace postern::smtp_source
