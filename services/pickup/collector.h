// Collects what lies in maildrop/ and hands it to cleanup.
#pragma once

#include "lib/config/config.h"
#include "lib/event/condition.h"
#include "lib/event/group.h"
#include "lib/event/pool.h"
#include "lib/report/reporter.h"
#include "lib/service/cleanup.h"
#include "lib/service/client.h"
#include "services/pickup/submitted_file.h"

#include <set>
#include <string>

namespace postern::pickup {

struct Settings {
    explicit Settings(const config::Config& config);

    service::CleanupOptions options;   ///< as receive_override_options says
    std::string content_filter, myhostname, mail_name;
    seconds ipc_timeout;
    uid_t mail_owner;
    std::size_t at_once = 50;          ///< messages on their way to cleanup
};

/// References outlive it.
class Collector {
public:
    Collector(const Settings& settings, const queue::Spool& spool, service::Client& cleanup,
              event::Loop& loop, const Reporter& reporter, event::TaskGroup::OnBug on_bug);

    /// Scans the folder; one scan at a time, and one more when asked during one.
    void scan();
    bool is_busy() const noexcept { return !tasks_.empty(); }

private:
    Task<void> scan_all();
    Task<void> collect(queue::QueueId id);
    Task<void> hand_over(queue::QueueId id, SubmittedFile file);
    Task<Result<service::Submitted>> submit(SubmittedFile& file);
    void settle(const queue::QueueId& id, const SubmittedFile& file, const service::Submitted& answer,
                WallTime began);
    void set_aside(const queue::QueueId& id, std::string_view problem);
    void remove(const queue::QueueId& id);

    const Settings& settings_;
    const queue::Spool& spool_;
    service::Client& cleanup_;
    event::Loop& loop_;
    const Reporter& reporter_;
    std::set<queue::QueueId> under_way_;
    event::Condition has_room_;
    bool is_scanning_ = false, scans_again_ = false;
    event::TaskGroup tasks_;
};

}  // namespace postern::pickup
