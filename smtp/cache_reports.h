// Tells scache(8) how often a kept connection was found, for the statistics in the log.
#pragma once

#include "lib/base/log.h"
#include "lib/event/group.h"
#include "lib/service/client.h"
#include "lib/service/scache.h"
#include "smtp/settings.h"

namespace postern::smtp {

/// What was counted goes out a second after the first of it, in one report.
class CacheReports final : private event::Timer {
public:
    /// References outlive it. Made when the working directory is the queue's: where master.cf has no
    /// such service, nobody wants to know.
    CacheReports(event::Loop& loop, const Settings& settings, service::Client::Limits limits,
                 event::TaskGroup::OnBug on_bug, Log log);

    void looked_by_destination(bool was_found);
    void looked_by_address(bool was_found);
    /// So much is kept now.
    void kept(std::size_t destinations, std::size_t addresses, std::size_t connections);

    /// Sends what was counted without waiting for more. The process is to end: no report is worth
    /// that it stays.
    void send();

private:
    void expired() override { send(); }
    void send_soon();
    Task<void> report(service::CacheUse use);

    event::Loop& loop_;
    const seconds timeout_;
    const bool is_wanted_;
    const Log log_;
    service::Client scache_;
    service::CacheUse use_;
    event::TaskGroup reports_;
};

}  // namespace postern::smtp
