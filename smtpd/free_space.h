// Room in the queue's file system (queue_minfree).
#pragma once

#include "lib/event/loop.h"

#include <cstdint>
#include <optional>

namespace postern::smtpd {

class FreeSpace {
public:
    FreeSpace(event::Loop& loop, std::uint64_t queue_minfree) : loop_(loop), minfree_(queue_minfree) {}

    /// Whether a message of `size` bytes (0: not known) leaves queue_minfree free. Looked up once
    /// a second; where it cannot be told, there is room.
    bool has_room_for(std::uint64_t size);

private:
    event::Loop& loop_;
    const std::uint64_t minfree_;
    std::optional<Monotonic> looked_at_;
    std::uint64_t free_ = UINT64_MAX;
};

}  // namespace postern::smtpd
