// The life of an active message; see the header.
#include "qmgr/message.h"

#include "lib/base/strings.h"
#include "lib/report/delivery_events.h"
#include "lib/report/message_events.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::qmgr {

namespace {

service::DeliveryReply all_deferred(std::size_t recipients, const Suspension& why) {
    service::DeliveryReply reply;
    for (std::size_t i = 0; i < recipients; ++i) {
        service::DeliveryResult result;
        result.recipient = static_cast<std::int64_t>(i);
        result.status = why.status;
        result.reason = why.reason;
        result.relay = "none";
        reply.results.push_back(std::move(result));
    }
    return reply;
}

}  // namespace

Message::Message(const Office& office, queue::QueueId id, Origin origin)
    : office_(office),
      id_(std::move(id)),
      origin_(origin),
      active_since_(office.loop.clock().wall()),
      progress_(office.loop) {}

Task<Message::End> Message::run() {
    auto over = open();
    if (!over) co_return given_up(over.error()).value_or(End::busy);
    if (*over) co_return **over;
    auto done = co_await deliver_all();
    if (done) co_return co_await finish();
    if (const auto end = given_up(done.error())) co_return *end;
    co_return co_await defer();  // there are recipients that nobody has read
}

/// Reads the envelope and the first recipients. An End when there is nothing to do now.
Result<std::optional<Message::End>> Message::open() {
    auto opened = queue::QueueFile::open(office_.spool, queue::Queue::active, id_,
                                         queue::QueueFile::Access::read);
    if (!opened) return opened.error();
    if (!opened->file) return std::optional(End::gone);
    if (origin_ != Origin::fresh) {
        auto locked = opened->file->try_lock(LockKind::exclusive);
        if (!locked) return locked.error();
        if (!*locked) return std::optional(End::busy);
    }
    is_force_expired_ = opened->file->is_force_expired();
    auto reader = opened->file->envelope();
    const std::size_t limit = office_.scheduler.first_batch();
    auto envelope = reader.read(limit);
    if (!envelope) return envelope.error();
    auto recipients = reader.recipients(limit);
    if (!recipients) return recipients.error();
    first_recipients_ = std::move(*recipients);
    next_recipient_ = reader.position();
    has_all_recipients_ = reader.at_end();
    begin(std::move(*envelope));
    return std::optional<End>();
}

void Message::begin(queue::Envelope envelope) {
    envelope_ = std::move(envelope);
    is_expiring_ = is_too_old();
    routing_.emplace(office_, id(), envelope_, origin_ == Origin::flushed);
    outcomes_.emplace(office_, id_, envelope_, is_expiring_);
    if (envelope_.trace_flags().has(queue::TraceFlags::probe)) {
        probe_.emplace(office_.probes);
        is_excess_probe_ = office_.probes > office_.settings.probe_limit;
    }
    // A probe that was interrupted begins anew.
    if (origin_ != Origin::fresh && envelope_.trace_flags().delivers_nothing())
        std::ignore = office_.spool.remove(queue::Queue::trace, id_);
    office_.reporter.report(report::MessageActive{id(), envelope_.sender, envelope_.sizes.data_size,
                                                  envelope_.sizes.recipient_count});
}

/// A damaged file is put aside; nothing where reading it may go better later.
std::optional<Message::End> Message::given_up(const Error& why) {
    const Log& log = office_.reporter.log();
    log.warning("{}", why.text);
    if (!why.is_permanent()) return std::nullopt;
    if (auto moved = office_.spool.move(id_, queue::Queue::active, queue::Queue::corrupt); !moved)
        log.warning("{}", moved.error().text);
    else
        log.warning("saving corrupt file \"{}\" from queue \"active\" to queue \"corrupt\"", id());
    return End::gone;
}

/// Reads on while deliveries are under way. Error: not all recipients could be read; those that
/// were are settled.
Task<Result<void>> Message::deliver_all() {
    event::TaskGroup deliveries(office_.loop, office_.on_bug);
    Result<void> done = success();
    co_await deliver_batch(std::move(first_recipients_), deliveries);
    while (!has_all_recipients_) {
        co_await room_for_more();
        auto more = next_batch();
        if (!more) {
            done = more.error();
            break;
        }
        co_await deliver_batch(std::move(*more), deliveries);
    }
    co_await deliveries.all_ended();
    if (!transports_.empty()) {
        has_all_recipients_ = true;
        tell_unread();
    }
    co_return done;
}

Task<void> Message::deliver_batch(std::vector<queue::Recipient> recipients,
                                  event::TaskGroup& deliveries) {
    read_ += recipients.size();
    drop_postmaster_notices(recipients);
    if (!envelope_.redirect.empty()) redirect(recipients);
    if (recipients.empty()) co_return;
    auto pieces = co_await routing_->divide(std::move(recipients));
    note_batch(pieces);
    // The common case has no need of a task.
    if (pieces.size() == 1 && has_all_recipients_ && transports_.empty())
        co_return co_await deliver_piece(std::move(pieces.front()));
    for (Piece& piece : pieces)
        deliveries.spawn(deliver_piece(std::move(piece)));
    if (!transports_.empty()) tell_unread();
}

/// One delivery stands for all: the first recipient's.
void Message::redirect(std::vector<queue::Recipient>& recipients) {
    const std::size_t kept = std::exchange(is_redirected_, true) ? 0 : 1;
    if (recipients.size() > kept)
        recipients.erase(recipients.begin() + static_cast<std::ptrdiff_t>(kept), recipients.end());
    for (queue::Recipient& recipient : recipients) recipient.address = envelope_.redirect;
}

Result<std::vector<queue::Recipient>> Message::next_batch() {
    auto opened = queue::QueueFile::open(office_.spool, queue::Queue::active, id_,
                                         queue::QueueFile::Access::read);
    if (!opened) return temporary(opened.error().text);
    if (!opened->file) return temporary(fmt::format("{}: queue file has gone", id()));
    std::size_t limit = office_.settings.message_recipient_minimum;
    for (const Transport* transport : transports_)
        limit += transport->free_recipients();
    auto reader = opened->file->envelope();
    reader.resume(next_recipient_, envelope_.sizes);
    auto more = reader.recipients(std::max<std::size_t>(limit, 1));
    if (!more) return more;
    next_recipient_ = reader.position();
    has_all_recipients_ = reader.at_end();
    return more;
}

void Message::note_batch(const std::vector<Piece>& pieces) {
    for (const Piece& piece : pieces) {
        piece.transport->hold_recipients(piece.recipients.size());
        in_memory_ += piece.recipients.size();
        if (!has_all_recipients_) transports_.insert(piece.transport);
    }
}

/// TRANSPORT_recipient_refill_limit and _delay: it does not pay to read single recipients.
Task<void> Message::room_for_more() {
    std::size_t limit = 1;
    seconds delay{0};
    for (const Transport* transport : transports_) {
        limit = std::max(limit, transport->settings().recipient_refill_limit);
        delay = std::max(delay, transport->settings().recipient_refill_delay);
    }
    const Deadline until = office_.loop.in(delay);
    settled_ = 0;
    while (in_memory_ > 0 && settled_ < limit) {
        const bool is_late = !co_await progress_.wait(settled_ > 0 ? until : Deadline::never());
        if (is_late) co_return;
    }
}

void Message::tell_unread() {
    const auto all = static_cast<std::size_t>(std::max<std::int64_t>(
        envelope_.sizes.recipient_count, 0));
    const std::size_t unread = has_all_recipients_ || all <= read_ ? 0 : all - read_;
    for (Transport* transport : transports_)
        transport->set_unread(std::string(id()), unread);
}

/// Mail to double_bounce_sender is an answer to a notification: it goes nowhere, or it would go in
/// circles.
void Message::drop_postmaster_notices(std::vector<queue::Recipient>& recipients) {
    const auto is_notice = [this](const queue::Recipient& recipient) {
        return same(recipient.address, office_.settings.double_bounce_address);
    };
    if (std::none_of(recipients.begin(), recipients.end(), is_notice)) return;
    auto opened = queue::QueueFile::open(office_.spool, queue::Queue::active, id_,
                                         queue::QueueFile::Access::mark);
    if (!opened || !opened->file) return;
    for (const queue::Recipient& recipient : recipients) {
        if (!is_notice(recipient)) continue;
        if (auto marked = opened->file->mark_done(recipient.offset); !marked)
            office_.reporter.log().warning("{}", marked.error().text);
        report::DeliveryAttempted event;
        event.queue_id = id();
        event.recipient = recipient.address;
        event.original_recipient = recipient.original;
        event.delays.before_queue = std::max(active_since_ - envelope_.arrival, microseconds(0));
        event.status_code = {2, 0, 0};
        event.status = report::DeliveryStatus::sent;
        event.text = "undeliverable postmaster notification discarded";
        office_.reporter.report(event);
    }
    std::erase_if(recipients, is_notice);
}

service::DeliveryRequest Message::request_for(const Piece& piece) const {
    const queue::TraceFlags flags = envelope_.trace_flags();
    service::DeliveryRequest request;
    request.queue_id = id();
    request.nexthop = piece.nexthop;
    request.sender = envelope_.sender;
    request.recipients = piece.recipients;
    request.message_size = envelope_.sizes.data_size;
    request.data_offset = envelope_.sizes.data_offset;
    request.data_size = envelope_.sizes.data_size;
    request.encoding = envelope_.encoding();
    request.is_smtputf8 = (envelope_.sizes.smtputf8 & 1) != 0;
    request.rewrite_context = envelope_.rewrite_context();
    request.dsn_envid = envelope_.dsn_envelope_id();
    request.dsn_ret = static_cast<std::int64_t>(envelope_.dsn_return());
    request.for_verification = flags.delivers_nothing();
    request.traces = flags.has(queue::TraceFlags::record);
    request.arrival = envelope_.arrival;
    request.active = active_since_;
    for (const auto& [name, value] : envelope_.attributes.all())
        request.attributes.push_back({name, value});
    return request;
}

Task<service::DeliveryReply> Message::try_piece(const Piece& piece) {
    Transport& transport = *piece.transport;
    Destination& destination = transport.destination(piece.destination);
    auto delivered = co_await transport.deliver(destination, std::string(id()),
                                                [&] { return request_for(piece); });
    if (delivered.reply) co_return std::move(*delivered.reply);
    if (transport.name() == "retry")
        co_return all_deferred(piece.recipients.size(), delivered.suspension);
    co_return co_await put_off(piece, std::move(delivered.suspension), delivered.was_tried);
}

Task<void> Message::deliver_piece(Piece piece) {
    Transport& transport = *piece.transport;
    const auto& recipients = piece.recipients;
    // verify(8) asks again; until then nobody knows (address_verify_pending_request_limit).
    auto reply = is_excess_probe_
                     ? all_deferred(recipients.size(), {"4.3.2", "too many addresses to verify at once"})
                     : co_await try_piece(piece);
    co_await outcomes_->settle(recipients, std::move(reply));
    transport.drop_recipients(recipients.size());
    in_memory_ -= recipients.size();
    settled_ += recipients.size();
    if (in_memory_ > 0 && outcomes_->has_marked()) office_.marks.note(id_);
    progress_.notify_all();
}

/// The retry service says and logs that they are deferred.
Task<service::DeliveryReply> Message::put_off(const Piece& piece, Suspension why, bool was_tried) {
    const std::size_t count = piece.recipients.size();
    const Suspension suspended{
        why.status, (was_tried ? "" : "delivery temporarily suspended: ") + why.reason};
    Transport& retry = office_.scheduler.transport("retry");
    const std::string nexthop = suspended.status + " " + suspended.reason;
    auto delivered = co_await retry.deliver(retry.destination(nexthop), std::string(id()), [&] {
        auto request = request_for(piece);
        request.nexthop = nexthop;
        return request;
    });
    if (!delivered.reply) co_return all_deferred(count, suspended);
    co_return std::move(*delivered.reply);
}

bool Message::is_too_old() const {
    const seconds lifetime = envelope_.sender.empty() ? office_.settings.bounce_queue_lifetime
                                                      : office_.settings.maximal_queue_lifetime;
    return is_force_expired_ || office_.loop.clock().wall() >= envelope_.arrival + lifetime;
}

Task<Message::End> Message::finish() {
    if (outcomes_->has_deferred() && is_expiring_ && co_await outcomes_->expire())
        office_.reporter.report(
            report::MessageExpired{id(), envelope_.sender, is_force_expired_});
    if (!co_await outcomes_->send_reports(origin_ == Origin::fresh)) co_return co_await defer();
    if (!outcomes_->has_deferred()) co_return remove();
    co_await outcomes_->warn_of_delay();
    co_return co_await defer();
}

/// Back to the deferred queue, for as long again as the message is old, within bounds.
Task<Message::End> Message::defer() {
    const WallTime now = office_.loop.clock().wall();
    const auto age = std::chrono::floor<seconds>(now - envelope_.arrival);
    const seconds wait = std::clamp(
        age, office_.settings.minimal_backoff_time,
        std::max(office_.settings.minimal_backoff_time, office_.settings.maximal_backoff_time));
    if (outcomes_->has_marked()) co_await office_.marks.sync(id_);
    auto timed = office_.spool.set_next_attempt(queue::Queue::active, id_, now + wait);
    auto moved = office_.spool.move(id_, queue::Queue::active, queue::Queue::deferred);
    if (!timed) office_.reporter.log().warning("{}: {}", id(), timed.error().text);
    if (!moved) office_.reporter.log().warning("{}: {}", id(), moved.error().text);
    co_return End::deferred;
}

Message::End Message::remove() {
    if (origin_ != Origin::fresh || outcomes_->has_defer_log())
        std::ignore = office_.spool.remove(queue::Queue::defer, id_);
    const auto removed = office_.settings.keeps_files
                             ? office_.spool.move(id_, queue::Queue::active, queue::Queue::saved)
                             : office_.spool.remove(queue::Queue::active, id_);
    if (!removed)
        office_.reporter.log().warning("{}: {}", id(), removed.error().text);
    office_.reporter.report(report::MessageRemoved{id()});
    return End::removed;
}

}  // namespace postern::qmgr
