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
        case Outcome::delivered:
            return report::DeliveryStatus::sent;
        case Outcome::bounced:
            return report::DeliveryStatus::bounced;
        case Outcome::deferred:
            break;
    }
    return report::DeliveryStatus::deferred;
}

Error unusable(const service::DeliveryRequest& request, queue::FileState state) {
    switch (state) {
        case queue::FileState::absent:
            return permanent(request.queue_id + ": no such message");
        case queue::FileState::incomplete:
            return temporary(request.queue_id + ": message incomplete");
        default:
            return permanent(request.queue_id + ": not a message of ours");
    }
}

}  // namespace

Settlement Settlement::sent(std::string text) {
    Settlement settlement;
    settlement.outcome = Outcome::delivered;
    settlement.status = {2, 0, 0};
    settlement.text = std::move(text);
    settlement.action = "delivered";
    return settlement;
}

Settlement Settlement::failed(mail::StatusCode status, std::string text) {
    Settlement settlement;
    settlement.outcome = status.is_permanent() ? Outcome::bounced : Outcome::deferred;
    settlement.status = status;
    settlement.text = std::move(text);
    return settlement;
}

Settlement Settlement::diagnosed(std::string diagnosis) && {
    if (!diagnosis.empty()) diag_type = "x-unix";
    diag_text = std::move(diagnosis);
    return std::move(*this);
}

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

Job::Job(const Circumstances& circumstances, service::DeliveryRequest request,
         queue::QueueFile file)
    : circumstances_(&circumstances),
      request_(std::move(request)),
      file_(std::move(file)),
      began_(circumstances.clock.wall()),
      is_settled_(request_.recipients.size()) {}

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
    for (std::size_t i = 0; i < is_settled_.size(); ++i)
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

void Job::log(std::string_view recipient, std::string_view original, const Settlement& settlement,
              report::DeliveryStatus status) const {
    report::DeliveryAttempted event;
    event.queue_id = request_.queue_id;
    event.recipient = recipient;
    event.original_recipient = original;
    event.relay = settlement.relay;
    event.connection_use = settlement.connection_use;
    event.delays = delays();
    event.tls = settlement.tls;
    event.status_code = settlement.status;
    event.status = status;
    event.text = settlement.text;
    circumstances_->reporter.report(event);
}

void Job::settle(std::size_t recipient, const Settlement& settlement) {
    Settlement final = settlement;
    const std::int64_t offset = request_.recipients[recipient].offset;
    if (final.outcome == Outcome::delivered && !request_.for_verification && offset > 0) {
        if (auto marked = file_.mark_done(offset); !marked) {
            circumstances_->reporter.log().warning("{}: delivered to {}, but {}", request_.queue_id,
                                                   request_.recipients[recipient].address,
                                                   marked.error().text);
            final.outcome = Outcome::deferred;
            final.status = {4, 3, 0};
        }
    }
    add_result(recipient, {}, std::move(final));
    is_settled_[recipient] = true;
}

void Job::settle_part(std::size_t recipient, std::string address, const Settlement& settlement) {
    add_result(recipient, std::move(address), settlement);
}

void Job::adopt(std::size_t recipient, service::DeliveryResult result) {
    result.recipient = static_cast<std::int64_t>(recipient);
    results_.push_back(std::move(result));
}

bool Job::is_deferred(std::size_t recipient) const {
    return std::any_of(results_.begin(), results_.end(),
                       [&](const service::DeliveryResult& result) {
                           return static_cast<std::size_t>(result.recipient) == recipient &&
                                  result.outcome == Outcome::deferred;
                       });
}

void Job::complete(std::size_t recipient) {
    is_settled_[recipient] = true;
    const std::int64_t offset = request_.recipients[recipient].offset;
    if (is_deferred(recipient) || request_.for_verification || offset == 0) return;
    // Where a part failed for good, qmgr marks when that is on record.
    const bool is_delivered =
        std::all_of(results_.begin(), results_.end(), [&](const service::DeliveryResult& result) {
            return static_cast<std::size_t>(result.recipient) != recipient ||
                   result.outcome == Outcome::delivered;
        });
    if (!is_delivered) return;
    if (auto marked = file_.mark_done(offset); !marked)
        circumstances_->reporter.log().warning("{}: {}", request_.queue_id, marked.error().text);
}

void Job::add_result(std::size_t index, std::string address, Settlement final) {
    const service::DeliveryRecipient& recipient = request_.recipients[index];
    report::DeliveryStatus status = logged_status(final.outcome);
    if (request_.for_verification) {
        status = probe_status(final.outcome);
    } else if (final.outcome == Outcome::bounced && circumstances_->soft_bounce) {
        final.outcome = Outcome::deferred;
        final.status = final.status.as(4);
        status = report::DeliveryStatus::soft_bounce;
    }
    log(address.empty() ? recipient.address : address, recipient.original, final, status);

    service::DeliveryResult result;
    result.recipient = static_cast<std::int64_t>(index);
    result.address = std::move(address);
    result.outcome = final.outcome;
    result.status = final.status.text();
    result.reason = final.text;
    result.action = final.action;
    result.diag_type = final.diag_type;
    result.diag_text = final.diag_text;
    result.mta_type = final.mta_type;
    result.mta_name = final.mta_name;
    result.relay = final.relay;
    result.dsn_passed_on = final.dsn_passed_on;
    results_.push_back(std::move(result));
}

void Job::settle_all(const Settlement& settlement) {
    for (const std::size_t recipient : open_recipients())
        settle(recipient, settlement);
}

void Job::settled_elsewhere(std::size_t index, service::DeliveryResult result) {
    adopt(index, std::move(result));
    is_settled_[index] = true;  // marked by whoever delivered it
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
    reply.results = std::move(results_);
    reply.dead_status = dead_status_;
    reply.dead_reason = dead_reason_;
    return reply;
}

}  // namespace postern::delivery
