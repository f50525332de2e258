// Room in the queue's file system (queue_minfree).
#pragma once

#include "lib/event/loop.h"

#include <cstdint>
#include <optional>

namespace postern::smtpd {

class FreeSpace {
public:
    /// `minfree` bytes are to be free when a message begins.
    FreeSpace(event::Loop& loop, std::uint64_t minfree) : loop_(loop), minfree_(minfree) {}

    /// Looked up once a second; where it cannot be told, there is room.
    bool has_room();

private:
    event::Loop& loop_;
    const std::uint64_t minfree_;
    std::optional<Monotonic> looked_at_;
    std::uint64_t free_ = UINT64_MAX;
};

}  // namespace postern::smtpd
