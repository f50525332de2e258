// Tells the administrator when one destination takes so much of a full active queue that mail for
// others waits for it (qmgr_clog_warn_time, helpful_warnings).
#pragma once

#include "qmgr/scheduler.h"

#include <string>
#include <unordered_map>

namespace postern::qmgr {

class ClogWarning {
public:
    ClogWarning(const Settings& settings, const Scheduler& scheduler, const event::Loop& loop,
                const Log& log)
        : settings_(settings), scheduler_(scheduler), loop_(loop), log_(log) {}

    /// The active queue, of that many messages, is full. Cheap enough for each message that waits.
    void active_queue_is_full(std::size_t messages);

private:
    bool is_time_to_warn(const std::string& destination);
    void warn(const Scheduler::Load& load, std::size_t messages) const;

    const Settings& settings_;
    const Scheduler& scheduler_;
    const event::Loop& loop_;
    const Log& log_;
    Monotonic next_look_{};
    std::unordered_map<std::string, Monotonic> last_warnings_;   // by destination
};

}  // namespace postern::qmgr
