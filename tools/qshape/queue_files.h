// The messages in folders of the spool.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::qshape {

struct QueuedMessage {
    std::string sender;
    std::vector<std::string> recipients;   ///< those that are not done
    WallTime arrival;
};

/// Reads every message in `folder` and in the folders below it. Files that are no messages, that
/// somebody still writes, or that are gone when they are to be read, are passed over, as the queue
/// changes all the time. Error: the folder cannot be read.
Result<void> for_each_message(const std::string& folder,
                              const std::function<void(const QueuedMessage&)>& visit);

}  // namespace postern::qshape
