// Tells the queue manager of each new message, until it has confirmed.
#pragma once

#include "lib/config/config.h"
#include "lib/event/group.h"
#include "lib/service/client.h"

#include <string>

namespace postern::cleanup {

class Notifier {
public:
    Notifier(event::Loop& loop, const config::Config& config, event::TaskGroup::OnBug on_bug);

    /// Returns at once. The notice is repeated over new connections until it is confirmed, or for
    /// ten minutes: by then the queue manager has found the message by itself.
    void tell(std::string queue_id);
    /// Notices that are not confirmed yet: the process stays for them.
    std::size_t unconfirmed() const noexcept { return tasks_.size(); }
    /// When qmgr last answered, it could take no more: mail comes in faster than it leaves.
    bool is_crowded() const noexcept { return is_crowded_; }

private:
    Task<void> notify(std::string queue_id);

    event::Loop& loop_;
    service::Client qmgr_;
    event::TaskGroup tasks_;
    bool is_crowded_ = false;
};

}  // namespace postern::cleanup
