// Frames on a stream, as both ends of a connection send and read them.
#pragma once

#include "lib/event/stream.h"
#include "lib/service/frame.h"

#include <functional>

namespace postern::service {

/// Leaves with the others of this turn of the loop.
void send_frame(event::Stream& stream, std::uint32_t id, FrameKind kind, std::string_view payload);

/// Hands each frame to `take`, until the other end is gone, sends what is no frame, or `take` says
/// false: that it makes no sense. The payload is good for the call alone.
Task<void> read_frames(event::Stream& stream,
                       std::function<bool(const FrameHeader&, std::string_view payload)> take);

}  // namespace postern::service
