// The deliveries of a message that needs several, and the recipients of it that are in memory.
#pragma once

#include "lib/event/condition.h"
#include "qmgr/message.h"

#include <set>

namespace postern::qmgr {

struct Message::Batches {
    explicit Batches(event::Loop& loop) : progress(loop) {}

    std::set<Transport*> transports;  ///< of a message that is not read whole
    std::size_t in_memory = 0;        ///< recipients that are not settled
    std::size_t settled = 0;          ///< since the last batch was read
    event::Condition progress;
};

}  // namespace postern::qmgr
