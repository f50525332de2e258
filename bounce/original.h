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
    bool requires_tls = false;        ///< REQUIRETLS (RFC 8689)
};

/// How much of it is wanted.
struct Extent {
    std::size_t size_limit;     ///< bytes of content, above which only the header is kept
    bool header_only = false;
    bool redacts_tls = false;   ///< only the header of mail that requires TLS
};

/// Reads a queue file, also one that cleanup has not finished; of a header no more than the limit.
/// A file that is missing or damaged gives what could be read: a report without the message is
/// better than none.
Original read_original(const queue::Spool& spool, queue::Queue queue, const queue::QueueId& id,
                       Extent extent);

}  // namespace postern::bounce
