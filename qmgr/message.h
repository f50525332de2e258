// One message in the active queue, from the reading of its envelope to its end: removed, or
// deferred.
//
// Why nothing is lost, whoever is killed and whenever (`X > Y`: X is on disk before Y begins):
//
// - delivered:  the agent has delivered > marks the recipient. Killed between: one more delivery.
//               The mark is synced within a second (MarkSync), and before the message is deferred.
// - failed:     the bounce log is synced > the recipient is marked. Killed between: it is delivered,
//               or bounced, once more. A log without a report is found when the message is read
//               again, for a message that is not fresh is asked for its logs.
// - reported:   cleanup has the report in the queue > bounce removes the log > all else. Killed
//               between: one more report.
// - deferred:   the recipient is not marked, so nothing need be on disk; the defer log only tells
//               people why. It goes when the next attempt begins, which writes its own.
// - deferring:  marks are synced > the time of the next attempt is set > the file moves to deferred/.
//               Killed before the move: active/ is read by the next queue manager.
// - removing:   the reports are sent > the defer log goes > the queue file goes. So no log outlives
//               its message and is taken for that of a later one with the same id.
//
// A message leaves active/ only when every recipient has been read, and each is marked or deferred:
// when reading fails in between it is deferred as it is.
#pragma once

#include "lib/queue/queue_file.h"
#include "qmgr/office.h"
#include "qmgr/outcomes.h"
#include "qmgr/routing.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace postern::qmgr {

/// How a message came to the active queue.
enum class Origin {
    fresh,    ///< cleanup has just told us of it, so nobody else can know it
    scanned,  ///< found in a queue
    flushed,  ///< found in a queue, and somebody asked for delivery now (sendmail -q)
};

class Message {
public:
    /// References outlive it.
    Message(const Office& office, const queue::QueueId& id, Origin origin);
    ~Message();

    enum class End { removed, deferred, busy, gone };
    /// Delivers it as far as it goes now. busy: an agent of a queue manager before us still has
    /// it; ask again later. gone: the file is not there, or is no mail.
    Task<End> run();

private:
    std::optional<End> open();
    Result<std::optional<End>> read();
    void begin(queue::Envelope envelope);

    // message_deliveries.cc
    struct Batches;
    Task<std::vector<Piece>> divided(std::vector<queue::Recipient> recipients);
    void discard(const std::vector<queue::Recipient>& answers_to_notices);
    void redirect(std::vector<queue::Recipient>& recipients);
    Task<std::optional<End>> deliver_in_batches(std::vector<Piece> first);
    void start(std::vector<Piece> batch, event::TaskGroup& deliveries);
    Result<std::vector<queue::Recipient>> next_batch();
    Task<void> room_for_more();
    void tell_unread();
    Task<void> deliver_piece(Piece& piece);
    Task<void> deliver_own(Piece piece);
    Task<void> defer_probe(Piece& piece);
    Task<void> attempt(Delivery& delivery, Piece& piece);
    void note_settled(std::size_t recipients);
    service::DeliveryRequest request_for(const Piece& piece) const;

    Outcomes& outcomes();
    Task<End> finish();
    Task<End> defer();
    End remove();
    bool is_too_old() const;
    std::optional<End> given_up(const Error& why);
    std::string_view id() const { return id_.text(); }

    /// A probe counts while it is in the active queue; above the limit it is not tried.
    struct Probe {
        std::size_t& number;
        explicit Probe(std::size_t& its_number) : number(++its_number) {}
        ~Probe() { --number; }
        Probe(const Probe&) = delete;
    };

    const Office& office_;
    const queue::QueueId& id_;
    const Origin origin_;
    queue::Envelope envelope_;
    std::unique_ptr<Outcomes> outcomes_;  // from the first one on
    std::optional<Probe> probe_;
    bool is_excess_probe_ = false;
    std::vector<queue::Recipient> first_recipients_;
    off_t next_recipient_ = 0;
    std::size_t read_ = 0;  // recipients
    bool has_all_recipients_ = false, is_force_expired_ = false, is_expiring_ = false,
         is_redirected_ = false;
    WallTime active_since_;
    std::unique_ptr<Batches> batches_;  // none where one delivery does
};

}  // namespace postern::qmgr
