// The message that a report is about, as far as it is sent back.
#pragma once

#include "lib/base/clock.h"
#include "lib/queue/spool.h"

#include <optional>
#include <string>
#include <vector>

namespace postern::bounce {

struct Original {
    std::optional<WallTime> arrival;
    std::vector<std::string> lines;   ///< of the content, or of its header only
    bool is_header_only = false;
};

/// Reads a queue file, also one that cleanup has not finished. Above `size_limit` bytes of content
/// only the header is kept, and of that no more than the limit. A file that is missing or damaged
/// gives what could be read: a report without the message is better than none.
Original read_original(const queue::Spool& spool, queue::Queue queue, const queue::QueueId& id,
                       std::size_t size_limit, bool header_only);

}  // namespace postern::bounce
