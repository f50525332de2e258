// One message in the active queue, from the reading of its envelope to its end: removed, or
// deferred.
#pragma once

#include "lib/event/group.h"
#include "lib/event/pool.h"
#include "lib/queue/queue_file.h"
#include "lib/queue/spool.h"
#include "lib/report/reporter.h"
#include "lib/service/client.h"
#include "lib/service/rewrite.h"
#include "qmgr/reports.h"
#include "qmgr/scheduler.h"
#include "qmgr/settings.h"

#include <set>
#include <string>
#include <vector>

namespace postern::qmgr {

/// What all messages share. References outlive them.
struct Office {
    const Settings& settings;
    const config::Config& config;
    const queue::Spool& spool;
    event::Loop& loop;
    event::Pool& disk;
    const Reporter& reporter;
    Scheduler& scheduler;
    Reports& reports;
    service::Client& rewrite;
    service::Client& flush;
    event::TaskGroup::OnBug on_bug;
};

class Message {
public:
    /// `is_fresh`: cleanup has just told us of it, so nobody else can know it.
    Message(const Office& office, queue::QueueId id, bool is_fresh);

    enum class End { removed, deferred, busy, gone };
    /// Delivers it as far as it goes now. busy: an agent of a queue manager before us still has
    /// it; ask again later. gone: the file is not there, or is no mail.
    Task<End> run();

private:
    struct Piece {
        Transport* transport = nullptr;
        std::string destination, nexthop;
        std::vector<service::DeliveryRecipient> recipients;
    };

    Result<std::optional<End>> open();
    Task<void> deliver(std::vector<queue::Recipient> recipients);
    Task<std::vector<service::Route>> resolve(const std::vector<queue::Recipient>& recipients);
    std::vector<Piece> divided(const std::vector<queue::Recipient>& recipients,
                               const std::vector<service::Route>& routes);
    service::Route overridden(service::Route route, const queue::Recipient& recipient) const;
    service::DeliveryRequest request_for(Piece piece) const;
    Task<void> deliver_piece(Piece piece);
    Task<service::DeliveryReply> put_off(service::DeliveryRequest request, Suspension why);
    Task<void> settle(std::vector<service::DeliveryRecipient> recipients,
                      service::DeliveryReply reply);
    Task<void> remember_sites(const std::vector<service::BounceEntry>& entries);
    /// `stay`: offsets of recipients that are not done with it.
    Task<bool> bounce(std::vector<service::BounceEntry> entries, std::set<std::int64_t> stay);
    Result<void> mark_done(const std::vector<service::BounceEntry>& entries,
                           const std::set<std::int64_t>& stay);

    Task<End> finish();
    Task<void> expire();
    Task<void> warn_of_delay();
    Task<bool> send_reports();
    Task<End> defer();
    End remove();
    bool is_too_old() const;
    Error corrupt(const Error& why);
    std::string_view id() const { return id_.text(); }

    const Office& office_;
    const queue::QueueId id_;
    const bool is_fresh_;
    queue::Envelope envelope_;
    std::vector<queue::Recipient> first_recipients_;
    off_t next_recipient_ = 0;
    bool has_all_recipients_ = false, is_force_expired_ = false;
    WallTime active_since_;
    std::vector<service::BounceEntry> deferred_;
    bool has_bounced_ = false, has_traced_ = false, has_marked_ = false, has_defer_log_ = false;
};

}  // namespace postern::qmgr
