// What became of the recipients of one message in this attempt, and who has to be told.
#pragma once

#include "lib/queue/envelope.h"
#include "lib/queue/queue_file.h"
#include "lib/service/delivery.h"
#include "lib/service/verify.h"
#include "qmgr/office.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace postern::qmgr {

/// References outlive it.
class Outcomes {
public:
    /// `keeps_deferred`: they are wanted for expire().
    Outcomes(const Office& office, const queue::QueueId& id, const queue::Envelope& envelope,
             bool keeps_deferred);

    /// Records what the agent's answer says of each recipient. Those that failed for good are
    /// marked when the bounce service has confirmed that they are on disk; until then, and when it
    /// does not, they are deferred.
    Task<void> settle(std::vector<service::DeliveryRecipient> recipients,
                      service::DeliveryReply reply);

    /// All that are deferred fail now. False: that could not be recorded, they stay deferred.
    Task<bool> expire();
    /// Sends the reports that are due, also those of a queue manager before us (unless the message
    /// `is_fresh`). False: one could not be made, so the message must stay.
    Task<bool> send_reports(bool is_fresh);
    /// Tells the sender that recipients are still waited for, once.
    Task<void> warn_of_delay();

    bool has_deferred() const noexcept { return has_deferred_; }
    bool has_defer_log() const noexcept { return has_defer_log_; }
    /// Recipients have been marked since the file was last synced.
    bool has_marked() const noexcept { return has_marked_; }

private:
    using Entries = std::vector<service::BounceEntry>;

    Task<void> settle_probe(const std::vector<service::DeliveryRecipient>& recipients,
                            const service::DeliveryReply& reply);
    bool is_traced(const service::DeliveryRecipient& recipient,
                   const service::DeliveryResult& result) const;
    Task<void> trace(Entries entries);
    Task<void> defer(Entries entries);
    /// `stay`: offsets of recipients that are not done with it.
    Task<bool> bounce(Entries entries, std::set<std::int64_t> stay);
    Result<void> mark_done(const Entries& entries, const std::set<std::int64_t>& stay);
    Task<void> remember_sites(const Entries& entries);
    void learn(const service::DeliveryRecipient& recipient, const service::DeliveryResult& result);
    Task<void> tell_verify();
    Task<bool> send(service::ReportKind kind);
    bool has_log(queue::Queue log, bool is_known, bool is_fresh) const;
    void clear_trace_flags();
    Result<queue::QueueFile::Opened> open_to_mark() const;
    void warn(const Error& error) const;

    const Office& office_;
    const queue::QueueId& id_;
    const queue::Envelope& envelope_;
    const queue::TraceFlags flags_;
    const bool keeps_deferred_;
    Entries deferred_;
    bool has_deferred_ = false, has_bounced_ = false, has_traced_ = false, has_marked_ = false,
         has_defer_log_ = false;
    std::map<std::string, service::UpdateAddress> learned_;  // by the address that was asked about
};

}  // namespace postern::qmgr
