// The deliveries of an active message; see the header.
//
// Most messages are read at once and need one delivery, which may wait long for its turn, beside
// twenty thousand others: so little is in memory until then.
#include "lib/base/strings.h"
#include "lib/mail/verp.h"
#include "lib/report/delivery_events.h"
#include "qmgr/batches.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::qmgr {

namespace {

constexpr const char* retry_service = "retry";

/// The address that a mailing list knows.
const std::string& as_written(const service::DeliveryRecipient& recipient) {
    return recipient.original.empty() ? recipient.address : recipient.original;
}

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

/// What the retry service says of recipients that come to it by this nexthop.
Suspension deferral(const std::string& nexthop) {
    const auto parts = cut(nexthop, ' ');
    if (!parts || !mail::StatusCode::parse(parts->first)) return {"4.0.0", nexthop};
    return {std::string(parts->first), std::string(parts->second)};
}

}  // namespace

Task<std::vector<Piece>> Message::divided(std::vector<queue::Recipient> recipients) {
    if (!envelope_.redirect.empty()) redirect(recipients);
    if (recipients.empty()) co_return std::vector<Piece>();
    const Routing routing(office_, id(), envelope_, origin_ == Origin::flushed);
    Division division = co_await routing.divide(std::move(recipients));
    discard(division.answers_to_notices);
    co_return std::move(division.pieces);
}

void Message::discard(const std::vector<queue::Recipient>& answers_to_notices) {
    if (answers_to_notices.empty()) return;
    auto opened = queue::QueueFile::open(office_.spool, queue::Queue::active, id_,
                                         queue::QueueFile::Access::mark);
    if (!opened || !opened->file) return;
    for (const queue::Recipient& recipient : answers_to_notices) {
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
}

/// One delivery stands for all: the first recipient's.
void Message::redirect(std::vector<queue::Recipient>& recipients) {
    const std::size_t kept = std::exchange(is_redirected_, true) ? 0 : 1;
    if (recipients.size() > kept)
        recipients.erase(recipients.begin() + static_cast<std::ptrdiff_t>(kept), recipients.end());
    for (queue::Recipient& recipient : recipients) recipient.address = envelope_.redirect;
}

/// Reads on while deliveries are under way. An End when there are recipients that could not be read;
/// those that were are settled.
Task<std::optional<Message::End>> Message::deliver_in_batches(std::vector<Piece> first) {
    event::TaskGroup deliveries(office_.loop, office_.on_bug);
    batches_ = std::make_unique<Batches>(office_.loop);
    Result<void> done = success();
    start(std::move(first), deliveries);
    while (!has_all_recipients_) {
        co_await room_for_more();
        auto more = next_batch();
        if (!more) {
            done = more.error();
            break;
        }
        start(co_await divided(std::move(*more)), deliveries);
    }
    co_await deliveries.all_ended();
    if (!batches_->transports.empty()) {
        has_all_recipients_ = true;
        tell_unread();
    }
    if (done) co_return std::nullopt;
    if (const auto end = given_up(done.error())) co_return *end;
    co_return co_await defer();
}

void Message::start(std::vector<Piece> batch, event::TaskGroup& deliveries) {
    for (const Piece& piece : batch) {
        batches_->in_memory += piece.recipients.size();
        if (!has_all_recipients_) batches_->transports.insert(piece.transport);
    }
    for (Piece& piece : batch)
        deliveries.spawn(deliver_own(std::move(piece)));
    if (!batches_->transports.empty()) tell_unread();
}

Result<std::vector<queue::Recipient>> Message::next_batch() {
    auto opened = queue::QueueFile::open(office_.spool, queue::Queue::active, id_,
                                         queue::QueueFile::Access::read);
    if (!opened) return temporary(opened.error().text);
    if (!opened->file) return temporary(fmt::format("{}: queue file has gone", id()));
    std::size_t limit = office_.settings.message_recipient_minimum;
    for (const Transport* transport : batches_->transports)
        limit += transport->free_recipients();
    auto reader = opened->file->envelope();
    reader.resume(next_recipient_, envelope_.sizes);
    auto more = reader.recipients(std::max<std::size_t>(limit, 1));
    if (!more) return more;
    read_ += more->size();
    next_recipient_ = reader.position();
    has_all_recipients_ = reader.at_end();
    return more;
}

/// TRANSPORT_recipient_refill_limit and _delay: it does not pay to read single recipients.
Task<void> Message::room_for_more() {
    std::size_t limit = 1;
    seconds delay{0};
    for (const Transport* transport : batches_->transports) {
        limit = std::max(limit, transport->settings().recipient_refill_limit);
        delay = std::max(delay, transport->settings().recipient_refill_delay);
    }
    const Deadline until = office_.loop.in(delay);
    batches_->settled = 0;
    while (batches_->in_memory > 0 && batches_->settled < limit) {
        const Deadline deadline = batches_->settled > 0 ? until : Deadline::never();
        const bool is_late = !co_await batches_->progress.wait(deadline);
        if (is_late) co_return;
    }
}

void Message::tell_unread() {
    const auto all = static_cast<std::size_t>(std::max<std::int64_t>(
        envelope_.sizes.recipient_count, 0));
    const std::size_t unread = has_all_recipients_ || all <= read_ ? 0 : all - read_;
    for (Transport* transport : batches_->transports)
        transport->set_unread(id_.text(), unread);
}

Task<void> Message::deliver_own(Piece piece) {
    co_await deliver_piece(piece);
}

Task<void> Message::deliver_piece(Piece& piece) {
    Transport& transport = *piece.transport;
    const std::size_t count = piece.recipients.size();
    transport.hold_recipients(count);
    if (is_excess_probe_) co_await defer_probe(piece);
    while (!piece.recipients.empty()) {
        Delivery delivery(*piece.transport, piece.destination);
        co_await delivery.turn(id_.text());
        co_await attempt(delivery, piece);
    }
    transport.drop_recipients(count);
    if (batches_) note_settled(count);
}

/// verify(8) asks again; until then nobody knows (address_verify_pending_request_limit).
Task<void> Message::defer_probe(Piece& piece) {
    auto reply = all_deferred(piece.recipients.size(),
                              {"4.3.2", "too many addresses to verify at once"});
    co_await outcomes().settle(std::exchange(piece.recipients, {}), std::move(reply));
}

/// Settles the recipients of the piece, or turns it to the retry service, which says and logs that
/// they are deferred.
Task<void> Message::attempt(Delivery& delivery, Piece& piece) {
    auto delivered = co_await delivery.run([&] { return request_for(piece); });
    if (!delivered.reply && piece.transport->name() == retry_service)
        delivered.reply = all_deferred(piece.recipients.size(), deferral(piece.nexthop));
    if (delivered.reply)
        co_return co_await outcomes().settle(std::exchange(piece.recipients, {}),
                                             std::move(*delivered.reply));
    const std::string_view why =
        delivered.was_tried ? "" : "delivery temporarily suspended: ";
    piece.transport = &office_.scheduler.transport(retry_service);
    piece.nexthop = fmt::format("{} {}{}", delivered.suspension.status, why,
                                delivered.suspension.reason);
    piece.destination = piece.nexthop;
}

void Message::note_settled(std::size_t recipients) {
    batches_->in_memory -= recipients;
    batches_->settled += recipients;
    if (batches_->in_memory > 0 && outcomes().has_marked()) office_.marks.note(id_);
    batches_->progress.notify_all();
}

service::DeliveryRequest Message::request_for(const Piece& piece) const {
    const queue::TraceFlags flags = envelope_.trace_flags();
    service::DeliveryRequest request;
    request.queue_id = id();
    request.nexthop = piece.nexthop;
    request.sender = envelope_.sender;
    if (envelope_.verp_delimiters.size() == 2 && !envelope_.sender.empty())
        request.sender = mail::verp_sender(envelope_.sender, envelope_.verp_delimiters,
                                           as_written(piece.recipients.front()));
    request.recipients = piece.recipients;
    request.message_size = envelope_.sizes.data_size;
    request.data_offset = envelope_.sizes.data_offset;
    request.data_size = envelope_.sizes.data_size;
    request.encoding = envelope_.encoding();
    request.is_smtputf8 = envelope_.sizes.asks_for_smtputf8();
    request.has_utf8 = envelope_.sizes.has_utf8();
    request.rewrite_context = envelope_.rewrite_context();
    request.dsn_envid = envelope_.dsn_envelope_id();
    request.dsn_ret = static_cast<std::int64_t>(envelope_.dsn_return());
    request.for_verification = flags.delivers_nothing();
    request.traces = flags.has(queue::TraceFlags::record);
    request.arrival = envelope_.arrival;
    request.active = active_since_;
    for (const auto& [name, value] : envelope_.attributes.all())
        request.attributes.push_back({std::string(name), std::string(value)});
    return request;
}

}  // namespace postern::qmgr
