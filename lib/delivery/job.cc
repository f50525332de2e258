// Delivery requests in hand; see the header.
#include "lib/delivery/job.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::delivery {

using service::Outcome;

namespace {

report::DeliveryStatus probe_status(Outcome outcome) {
    return outcome == Outcome::delivered ? report::DeliveryStatus::deliverable
                                         : report::DeliveryStatus::undeliverable;
}

report::DeliveryStatus logged_status(Outcome outcome) {
    switch (outcome) {
    case Outcome::delivered: return report::DeliveryStatus::sent;
    case Outcome::bounced: return report::DeliveryStatus::bounced;
    case Outcome::deferred: break;
    }
    return report::DeliveryStatus::deferred;
}

Error unusable(const service::DeliveryRequest& request, queue::FileState state) {
    switch (state) {
    case queue::FileState::absent: return permanent(request.queue_id + ": no such message");
    case queue::FileState::incomplete: return temporary(request.queue_id + ": message incomplete");
    default: return permanent(request.queue_id + ": not a message of ours");
    }
}

}  // namespace

Result<Job> Job::open(const Circumstances& circumstances, service::DeliveryRequest request) {
    auto id = queue::QueueId::parse(request.queue_id);
    if (!id) return id.error();
    auto opened = queue::QueueFile::open(circumstances.spool, queue::Queue::active, *id,
                                         queue::QueueFile::Access::mark);
    if (!opened) return opened.error();
    if (!opened->file) return unusable(request, opened->state);
    auto locked = opened->file->try_lock(LockKind::shared);
    if (!locked) return locked.error();
    if (!*locked) return temporary(request.queue_id + ": locked by another process");
    return Job(circumstances, std::move(request), std::move(*opened->file));
}

Job::Job(const Circumstances& circumstances, service::DeliveryRequest request, queue::QueueFile file)
    : circumstances_(&circumstances),
      request_(std::move(request)),
      file_(std::move(file)),
      began_(circumstances.clock.wall()),
      results_(request_.recipients.size()) {}

queue::ContentReader Job::content() const {
    queue::MessageSizes sizes;
    sizes.data_offset = request_.data_offset;
    sizes.data_size = request_.data_size;
    return file_.content(sizes);
}

std::string_view Job::attribute(std::string_view name) const {
    for (const auto& attribute : request_.attributes)
        if (attribute.name == name) return attribute.value;
    return {};
}

std::vector<std::size_t> Job::open_recipients() const {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < results_.size(); ++i)
        if (!is_settled(i)) open.push_back(i);
    return open;
}

report::Delays Job::delays() const {
    const WallTime now = circumstances_->clock.wall();
    const WallTime connecting = stages_.connecting.value_or(stages_.sending.value_or(now));
    const WallTime sending = stages_.sending.value_or(now);
    const auto positive = [](microseconds length) { return std::max(length, microseconds(0)); };
    return {positive(request_.active - request_.arrival), positive(connecting - request_.active),
            positive(sending - connecting), positive(now - sending)};
}

void Job::log(const service::DeliveryRecipient& recipient, const Settlement& settlement,
              report::DeliveryStatus status) const {
    report::DeliveryAttempted event;
    event.queue_id = request_.queue_id;
    event.recipient = recipient.address;
    event.original_recipient = recipient.original;
    event.relay = settlement.relay;
    event.connection_use = settlement.connection_use;
    event.delays = delays();
    event.tls = settlement.tls;
    event.status_code = settlement.status;
    event.status = status;
    event.text = settlement.text;
    circumstances_->reporter.report(event);
}

void Job::settle(std::size_t index, const Settlement& settlement) {
    const service::DeliveryRecipient& recipient = request_.recipients[index];
    Settlement final = settlement;
    report::DeliveryStatus status = logged_status(final.outcome);
    if (request_.for_verification) {
        status = probe_status(final.outcome);
    } else if (final.outcome == Outcome::bounced && circumstances_->soft_bounce) {
        final.outcome = Outcome::deferred;
        final.status = final.status.as(4);
        status = report::DeliveryStatus::soft_bounce;
    } else if (final.outcome == Outcome::delivered && recipient.offset > 0) {
        if (auto marked = file_.mark_done(recipient.offset); !marked) {
            circumstances_->reporter.log().warning("{}: delivered to {}, but {}", request_.queue_id,
                                                   recipient.address, marked.error().text);
            final.outcome = Outcome::deferred;
            final.status = {4, 3, 0};
        }
    }
    log(recipient, final, status);

    service::DeliveryResult result;
    result.recipient = static_cast<std::int64_t>(index);
    result.outcome = final.outcome;
    result.status = final.status.text();
    result.reason = final.text;
    result.action = final.action;
    result.diag_type = final.diag_type;
    result.diag_text = final.diag_text;
    result.mta_type = final.mta_type;
    result.mta_name = final.mta_name;
    result.relay = final.relay;
    results_[index] = std::move(result);
}

void Job::settle_all(const Settlement& settlement) {
    for (const std::size_t recipient : open_recipients()) settle(recipient, settlement);
}

void Job::settled_elsewhere(std::size_t index, service::DeliveryResult result) {
    result.recipient = static_cast<std::int64_t>(index);
    results_[index] = std::move(result);
}

void Job::destination_is_dead(mail::StatusCode status, std::string reason) {
    dead_status_ = status.text();
    dead_reason_ = std::move(reason);
}

service::DeliveryReply Job::reply() {
    Settlement forgotten;
    forgotten.status = {4, 3, 0};
    forgotten.text = "delivery was not completed";
    settle_all(forgotten);
    service::DeliveryReply reply;
    for (auto& result : results_) reply.results.push_back(std::move(*result));
    reply.dead_status = dead_status_;
    reply.dead_reason = dead_reason_;
    return reply;
}

}  // namespace postern::delivery
