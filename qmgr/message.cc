// The life of an active message; see the header.
#include "qmgr/message.h"

#include "lib/report/message_events.h"
#include "qmgr/batches.h"

#include <algorithm>

namespace postern::qmgr {

Message::Message(const Office& office, const queue::QueueId& id, Origin origin)
    : office_(office), id_(id), origin_(origin), active_since_(office.loop.clock().wall()) {}

Message::~Message() = default;

Task<Message::End> Message::run() {
    if (const auto over = open()) co_return *over;
    auto pieces = co_await divided(std::move(first_recipients_));
    // The common case has no need of tasks.
    if (pieces.size() == 1 && has_all_recipients_)
        co_await deliver_piece(pieces.front());
    else if (const auto over = co_await deliver_in_batches(std::move(pieces)))
        co_return *over;
    co_return co_await finish();
}

/// An End when there is nothing to do now.
std::optional<Message::End> Message::open() {
    auto over = read();
    if (!over) return given_up(over.error()).value_or(End::busy);
    return *over;
}

/// The envelope and the first recipients.
Result<std::optional<Message::End>> Message::read() {
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
    read_ = first_recipients_.size();
    next_recipient_ = reader.position();
    has_all_recipients_ = reader.at_end();
    begin(std::move(*envelope));
    return std::optional<End>();
}

void Message::begin(queue::Envelope envelope) {
    envelope_ = std::move(envelope);
    is_expiring_ = is_too_old();
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

Outcomes& Message::outcomes() {
    if (!outcomes_)
        outcomes_ = std::make_unique<Outcomes>(office_, id_, envelope_, is_expiring_);
    return *outcomes_;
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

bool Message::is_too_old() const {
    const seconds lifetime = envelope_.sender.empty() ? office_.settings.bounce_queue_lifetime
                                                      : office_.settings.maximal_queue_lifetime;
    return is_force_expired_ || office_.loop.clock().wall() >= envelope_.arrival + lifetime;
}

Task<Message::End> Message::finish() {
    if (outcomes().has_deferred() && is_expiring_ && co_await outcomes().expire())
        office_.reporter.report(
            report::MessageExpired{id(), envelope_.sender, is_force_expired_});
    if (!co_await outcomes().send_reports(origin_ == Origin::fresh)) co_return co_await defer();
    if (!outcomes().has_deferred()) co_return remove();
    co_await outcomes().warn_of_delay();
    co_return co_await defer();
}

/// Back to the deferred queue, for as long again as the message is old, within bounds.
Task<Message::End> Message::defer() {
    const WallTime now = office_.loop.clock().wall();
    const auto age = std::chrono::floor<seconds>(now - envelope_.arrival);
    const seconds wait = std::clamp(
        age, office_.settings.minimal_backoff_time,
        std::max(office_.settings.minimal_backoff_time, office_.settings.maximal_backoff_time));
    if (outcomes().has_marked()) co_await office_.marks.sync(id_);
    auto timed = office_.spool.set_next_attempt(queue::Queue::active, id_, now + wait);
    auto moved = office_.spool.move(id_, queue::Queue::active, queue::Queue::deferred);
    if (!timed) office_.reporter.log().warning("{}: {}", id(), timed.error().text);
    if (!moved) office_.reporter.log().warning("{}: {}", id(), moved.error().text);
    co_return End::deferred;
}

Message::End Message::remove() {
    if (origin_ != Origin::fresh || outcomes().has_defer_log())
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
