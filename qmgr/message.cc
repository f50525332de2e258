// The life of an active message; see the header.
#include "qmgr/message.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/report/message_events.h"
#include "lib/service/flush.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace postern::qmgr {

using service::Outcome;

namespace {

/// "transport:nexthop" of a content filter.
std::pair<std::string, std::string> split_filter(const std::string& filter) {
    const auto parts = cut(filter, ':');
    if (!parts) return {filter, {}};
    return {std::string(parts->first), std::string(parts->second)};
}

bool asks_for_success(const service::DeliveryRecipient& recipient) {
    return mail::Notify{static_cast<std::uint8_t>(recipient.notify)}.has(mail::Notify::success);
}

service::DeliveryReply all_deferred(std::size_t recipients, const Suspension& why) {
    service::DeliveryReply reply;
    for (std::size_t i = 0; i < recipients; ++i) {
        service::DeliveryResult result;
        result.recipient = static_cast<std::int64_t>(i);
        result.status = why.status;
        result.reason = why.reason;
        reply.results.push_back(std::move(result));
    }
    return reply;
}

}  // namespace

Message::Message(const Office& office, queue::QueueId id, bool is_fresh)
    : office_(office),
      id_(std::move(id)),
      is_fresh_(is_fresh),
      active_since_(office.loop.clock().wall()) {}

Task<Message::End> Message::run() {
    auto over = open();
    if (!over) {
        office_.reporter.log().warning("{}", corrupt(over.error()).text);
        co_return End::gone;
    }
    if (*over) co_return **over;
    for (auto recipients = std::move(first_recipients_); !recipients.empty();) {
        co_await deliver(std::move(recipients));
        if (has_all_recipients_) break;
        auto opened = queue::QueueFile::open(office_.spool, queue::Queue::active, id_,
                                             queue::QueueFile::Access::read);
        if (!opened || !opened->file) break;
        auto reader = opened->file->envelope();
        reader.resume(next_recipient_, envelope_.sizes);
        auto more = reader.recipients(office_.settings.message_recipient_limit);
        if (!more) {
            office_.reporter.log().warning("{}", corrupt(more.error()).text);
            co_return End::gone;
        }
        recipients = std::move(*more);
        next_recipient_ = reader.position();
        has_all_recipients_ = reader.at_end();
    }
    co_return co_await finish();
}

/// Reads the envelope and the first recipients. An End when there is nothing to do now.
Result<std::optional<Message::End>> Message::open() {
    auto opened = queue::QueueFile::open(office_.spool, queue::Queue::active, id_,
                                         queue::QueueFile::Access::read);
    if (!opened) return opened.error();
    if (!opened->file) return std::optional(End::gone);
    if (!is_fresh_) {
        auto locked = opened->file->try_lock(LockKind::exclusive);
        if (!locked) return locked.error();
        if (!*locked) return std::optional(End::busy);
    }
    is_force_expired_ = opened->file->is_force_expired();
    auto reader = opened->file->envelope();
    const std::size_t limit = office_.settings.message_recipient_limit;
    auto envelope = reader.read(limit);
    if (!envelope) return envelope.error();
    auto recipients = reader.recipients(limit);
    if (!recipients) return recipients.error();
    envelope_ = std::move(*envelope);
    first_recipients_ = std::move(*recipients);
    next_recipient_ = reader.position();
    has_all_recipients_ = reader.at_end();
    office_.reporter.report(report::MessageActive{id(), envelope_.sender, envelope_.sizes.data_size,
                                                  envelope_.sizes.recipient_count});
    return std::optional<End>();
}

Error Message::corrupt(const Error& why) {
    if (auto moved = office_.spool.move(id_, queue::Queue::active, queue::Queue::corrupt); !moved)
        return moved.error().in(why.text);
    return permanent(fmt::format("{}: saving corrupt file \"{}\": {}", id(), id(), why.text));
}

Task<std::vector<service::Route>> Message::resolve(
    const std::vector<queue::Recipient>& recipients) {
    service::Resolve request;
    request.sender = envelope_.sender;
    for (const queue::Recipient& recipient : recipients)
        request.recipients.push_back(recipient.address);
    auto answer = co_await office_.rewrite.call(std::move(request),
                                                office_.loop.in(office_.settings.ipc_timeout));
    if (answer && answer->routes.size() == recipients.size()) co_return std::move(answer->routes);
    service::Route unknown;
    unknown.failure = answer ? "short answer" : answer.error().text;
    office_.reporter.log().warning("{}: address resolver failure: {}", id(), unknown.failure);
    co_return std::vector<service::Route>(recipients.size(), unknown);
}

/// What goes before the route of the address: filters, and reasons not to deliver.
service::Route Message::overridden(service::Route route, const queue::Recipient& recipient) const {
    if (!route.failure.empty()) {
        route.transport = "retry";
        route.nexthop = "4.3.0 address resolver failure";
        route.recipient = recipient.address;
        return route;
    }
    if (!route.relocated.empty()) {
        route.transport = office_.settings.error_service_name;
        route.nexthop = "5.1.6 User has moved to " + route.relocated;
    }
    if (!envelope_.content_filter.empty()) {
        std::tie(route.transport, route.nexthop) = split_filter(envelope_.content_filter);
        if (route.nexthop.empty()) route.nexthop = office_.config.text("default_filter_nexthop");
        if (route.nexthop.empty()) route.nexthop = mail::split_address(route.recipient).domain;
    }
    if (office_.settings.defer_transports.contains(route.transport)) {
        route.transport = "retry";
        route.nexthop = "4.3.2 deferred transport";
    }
    return route;
}

std::vector<Message::Piece> Message::divided(const std::vector<queue::Recipient>& recipients,
                                             const std::vector<service::Route>& routes) {
    std::vector<Piece> pieces;
    std::map<std::pair<Transport*, std::string>, std::size_t> open;  // the piece that still grows
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        const service::Route route = overridden(routes[i], recipients[i]);
        auto transport = office_.scheduler.transport(route.transport);
        if (!transport) {
            office_.reporter.log().warning("{}", transport.error().text);
            transport = office_.scheduler.transport("retry");
            if (!transport) continue;
        }
        const std::size_t limit = (*transport)->settings().destination_recipient_limit;
        const std::string& destination = limit == 1 ? route.recipient : route.nexthop;
        const auto key = std::pair(*transport, destination);
        const auto [place, is_new] = open.try_emplace(key, pieces.size());
        if (!is_new && limit > 0 && pieces[place->second].recipients.size() >= limit)
            place->second = pieces.size();
        if (place->second == pieces.size())
            pieces.push_back({*transport, destination, route.nexthop, {}});
        service::DeliveryRecipient entry;
        entry.address = route.recipient;
        entry.original = recipients[i].original;
        entry.dsn_orcpt = recipients[i].dsn_orcpt;
        entry.notify = recipients[i].notify.bits;
        entry.offset = recipients[i].offset;
        pieces[place->second].recipients.push_back(std::move(entry));
    }
    return pieces;
}

service::DeliveryRequest Message::request_for(Piece piece) const {
    service::DeliveryRequest request;
    request.queue_id = id();
    request.nexthop = std::move(piece.nexthop);
    request.sender = envelope_.sender;
    request.recipients = std::move(piece.recipients);
    request.message_size = envelope_.sizes.data_size;
    request.data_offset = envelope_.sizes.data_offset;
    request.data_size = envelope_.sizes.data_size;
    request.encoding = envelope_.encoding();
    request.is_smtputf8 = (envelope_.sizes.smtputf8 & 1) != 0;
    request.rewrite_context = envelope_.rewrite_context();
    request.dsn_envid = envelope_.dsn_envelope_id();
    request.dsn_ret = static_cast<std::int64_t>(envelope_.dsn_return());
    request.arrival = envelope_.arrival;
    request.active = active_since_;
    for (const auto& [name, value] : envelope_.attributes.all())
        request.attributes.push_back({name, value});
    return request;
}

Task<void> Message::deliver(std::vector<queue::Recipient> recipients) {
    if (!envelope_.redirect.empty()) {
        recipients.front().address = envelope_.redirect;
        for (queue::Recipient& recipient : recipients)
            recipient.address = envelope_.redirect;
    }
    const auto routes = co_await resolve(recipients);
    auto pieces = divided(recipients, routes);
    if (pieces.size() == 1) co_return co_await deliver_piece(std::move(pieces.front()));
    event::TaskGroup deliveries(office_.loop, office_.on_bug);
    for (Piece& piece : pieces)
        deliveries.spawn(deliver_piece(std::move(piece)));
    co_await deliveries.all_ended();
}

Task<void> Message::deliver_piece(Piece piece) {
    Transport& transport = *piece.transport;
    Destination& destination = transport.destination(piece.destination);
    const auto recipients = piece.recipients;
    auto request = request_for(std::move(piece));
    auto delivered = co_await transport.deliver(destination, request);
    service::DeliveryReply reply;
    if (delivered.reply)
        reply = std::move(*delivered.reply);
    else if (transport.name() == "retry")
        reply = all_deferred(recipients.size(), delivered.suspension);
    else
        reply = co_await put_off(std::move(request), std::move(delivered.suspension));
    co_await settle(recipients, std::move(reply));
}

/// The retry service says and logs that they are deferred.
Task<service::DeliveryReply> Message::put_off(service::DeliveryRequest request, Suspension why) {
    const std::size_t count = request.recipients.size();
    const Suspension suspended{why.status, "delivery temporarily suspended: " + why.reason};
    auto retry = office_.scheduler.transport("retry");
    if (!retry) co_return all_deferred(count, suspended);
    request.nexthop = suspended.status + " " + suspended.reason;
    Destination& destination = (*retry)->destination(request.nexthop);
    auto delivered = co_await (*retry)->deliver(destination, std::move(request));
    if (!delivered.reply) co_return all_deferred(count, suspended);
    co_return std::move(*delivered.reply);
}

Task<void> Message::settle(std::vector<service::DeliveryRecipient> recipients,
                           service::DeliveryReply reply) {
    std::vector<service::BounceEntry> bounced, deferred, traced;
    std::set<std::size_t> stay;  // recipients of which a part is still to be delivered
    for (const service::DeliveryResult& result : reply.results) {
        const auto index = static_cast<std::size_t>(result.recipient);
        if (index >= recipients.size()) continue;
        const service::DeliveryRecipient& recipient = recipients[index];
        switch (result.outcome) {
            case Outcome::delivered:
                has_marked_ = true;
                if (asks_for_success(recipient) && !result.action.empty())
                    traced.push_back(report_entry(recipient, result));
                break;
            case Outcome::bounced:
                bounced.push_back(report_entry(recipient, result));
                break;
            case Outcome::deferred:
                deferred.push_back(report_entry(recipient, result));
                stay.insert(index);
                break;
        }
    }
    std::set<std::int64_t> offsets_that_stay;
    for (const std::size_t index : stay)
        offsets_that_stay.insert(recipients[index].offset);
    if (!bounced.empty() && !co_await bounce(bounced, offsets_that_stay)) {
        // Not recorded, so not done: they are tried again.
        deferred.insert(deferred.end(), bounced.begin(), bounced.end());
    }
    if (!traced.empty()) {
        has_traced_ = true;
        if (auto done = co_await office_.reports.record(Reports::Book::trace, std::string(id()),
                                                        std::move(traced));
            !done)
            office_.reporter.log().warning("{}: {}", id(), done.error().text);
    }
    if (deferred.empty()) co_return;
    has_defer_log_ = true;
    co_await remember_sites(deferred);
    deferred_.insert(deferred_.end(), deferred.begin(), deferred.end());
    if (auto done = co_await office_.reports.record(Reports::Book::defer, std::string(id()),
                                                    std::move(deferred));
        !done)
        office_.reporter.log().warning("{}: {}", id(), done.error().text);
}

/// flush(8) learns which messages wait for a site.
Task<void> Message::remember_sites(const std::vector<service::BounceEntry>& entries) {
    if (!office_.settings.has_fast_flush) co_return;
    std::set<std::string> sites;
    for (const service::BounceEntry& entry : entries)
        sites.insert(lower(mail::split_address(entry.recipient).domain));
    for (const std::string& site : sites) {
        auto done = co_await office_.flush.call(service::RecordDeferred{site, std::string(id())},
                                                office_.loop.in(office_.settings.ipc_timeout));
        if (!done) office_.reporter.log().warning("{}: {}", id(), done.error().text);
    }
}

/// False when the bounce service did not confirm.
Task<bool> Message::bounce(std::vector<service::BounceEntry> entries, std::set<std::int64_t> stay) {
    auto recorded =
        co_await office_.reports.record(Reports::Book::bounce, std::string(id()), entries);
    if (!recorded) {
        office_.reporter.log().warning("{}: {}", id(), recorded.error().text);
        co_return false;
    }
    has_bounced_ = true;
    // Not marked means one more bounce, which is better than none.
    if (auto marked = mark_done(entries, stay); !marked)
        office_.reporter.log().warning("{}", marked.error().text);
    co_return true;
}

Result<void> Message::mark_done(const std::vector<service::BounceEntry>& entries,
                                const std::set<std::int64_t>& stay) {
    auto opened = queue::QueueFile::open(office_.spool, queue::Queue::active, id_,
                                         queue::QueueFile::Access::mark);
    if (!opened) return opened.error();
    if (!opened->file) return temporary(fmt::format("{}: queue file has gone", id()));
    for (const service::BounceEntry& entry : entries)
        if (entry.offset > 0 && !stay.contains(entry.offset))
            if (auto done = opened->file->mark_done(static_cast<off_t>(entry.offset)); !done)
                return done;
    has_marked_ = true;
    return success();
}

bool Message::is_too_old() const {
    const seconds lifetime = envelope_.sender.empty() ? office_.settings.bounce_queue_lifetime
                                                      : office_.settings.maximal_queue_lifetime;
    return is_force_expired_ || office_.loop.clock().wall() >= envelope_.arrival + lifetime;
}

Task<Message::End> Message::finish() {
    if (!deferred_.empty() && is_too_old()) co_await expire();
    if (!co_await send_reports()) co_return co_await defer();
    if (deferred_.empty()) co_return remove();
    co_await warn_of_delay();
    co_return co_await defer();
}

Task<void> Message::expire() {
    auto entries = deferred_;
    for (service::BounceEntry& entry : entries)
        entry.action = "failed";
    if (!co_await bounce(std::move(entries), {})) co_return;
    office_.reporter.report(report::MessageExpired{id(), envelope_.sender, is_force_expired_});
    deferred_.clear();
}

/// False: a report that is due could not be made, so the message must stay.
Task<bool> Message::send_reports() {
    // A queue manager before us may have recorded bounces and not come to report them.
    auto has_log = [&](queue::Queue log, bool known) {
        if (known || is_fresh_) return known;
        auto status = office_.spool.status(log, id_);
        return status && status->has_value();
    };
    if (has_log(queue::Queue::bounce, has_bounced_)) {
        auto sent = co_await office_.reports.send(service::ReportKind::bounce, std::string(id()),
                                                  envelope_);
        if (!sent) {
            office_.reporter.log().warning("{}: {}", id(), sent.error().text);
            co_return false;
        }
    }
    if (has_log(queue::Queue::trace, has_traced_)) {
        auto sent =
            co_await office_.reports.send(service::ReportKind::trace, std::string(id()), envelope_);
        if (!sent) office_.reporter.log().warning("{}: {}", id(), sent.error().text);
    }
    co_return true;
}

Task<void> Message::warn_of_delay() {
    if (!envelope_.warn_time || office_.settings.delay_warning_time <= seconds(0) ||
        office_.loop.clock().wall() < *envelope_.warn_time)
        co_return;
    auto sent =
        co_await office_.reports.send(service::ReportKind::delay, std::string(id()), envelope_);
    if (!sent) co_return office_.reporter.log().warning("{}: {}", id(), sent.error().text);
    auto opened = queue::QueueFile::open(office_.spool, queue::Queue::active, id_,
                                         queue::QueueFile::Access::mark);
    if (opened && opened->file)
        std::ignore = opened->file->clear_warn_time(envelope_.warn_time_offset);
}

/// Back to the deferred queue, for as long again as the message is old, within bounds.
Task<Message::End> Message::defer() {
    const WallTime now = office_.loop.clock().wall();
    const auto age = std::chrono::floor<seconds>(now - envelope_.arrival);
    const seconds wait = std::clamp(
        age, office_.settings.minimal_backoff_time,
        std::max(office_.settings.minimal_backoff_time, office_.settings.maximal_backoff_time));
    if (has_marked_) {
        // Marks are on disk before the message may wait for hours.
        auto opened = queue::QueueFile::open(office_.spool, queue::Queue::active, id_,
                                             queue::QueueFile::Access::mark);
        if (opened && opened->file) {
            auto file =
                std::make_shared<queue::QueueFile>(std::move(*opened->file));  // the job's own
            std::ignore = co_await office_.disk.offload([file] { return file->sync(); });
        }
    }
    auto timed = office_.spool.set_next_attempt(queue::Queue::active, id_, now + wait);
    auto moved = office_.spool.move(id_, queue::Queue::active, queue::Queue::deferred);
    if (!timed) office_.reporter.log().warning("{}: {}", id(), timed.error().text);
    if (!moved) office_.reporter.log().warning("{}: {}", id(), moved.error().text);
    co_return End::deferred;
}

Message::End Message::remove() {
    if (!is_fresh_ || has_defer_log_) std::ignore = office_.spool.remove(queue::Queue::defer, id_);
    if (auto removed = office_.spool.remove(queue::Queue::active, id_); !removed)
        office_.reporter.log().warning("{}: {}", id(), removed.error().text);
    office_.reporter.report(report::MessageRemoved{id()});
    return End::removed;
}

}  // namespace postern::qmgr
