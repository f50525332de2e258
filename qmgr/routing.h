// Where the recipients of a message go, and in how many deliveries.
#pragma once

#include "lib/queue/envelope.h"
#include "lib/service/rewrite.h"
#include "qmgr/office.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::qmgr {

/// One delivery: recipients of one message that one agent takes to one destination.
struct Piece {
    Transport* transport = nullptr;
    std::string destination;  ///< by which deliveries are counted: the nexthop, or a recipient
    std::string nexthop;
    std::vector<service::DeliveryRecipient> recipients;
};

/// What becomes of the recipients of a message.
struct Division {
    std::vector<Piece> pieces;
    /// Answers to what double_bounce_sender said, at an address of the local class: they go nowhere,
    /// or they would go in circles.
    std::vector<queue::Recipient> answers_to_notices;
};

/// References outlive it.
class Routing {
public:
    /// `ignores_defer_transports`: somebody asked for delivery now (sendmail -q).
    Routing(const Office& office, std::string_view queue_id, const queue::Envelope& envelope,
            bool ignores_defer_transports);

    /// Resolves all in one request, and divides them. An address that cannot be resolved goes to
    /// the retry service, which defers it.
    Task<Division> divide(std::vector<queue::Recipient> recipients) const;

private:
    Task<std::vector<service::Route>> resolve(const std::vector<queue::Recipient>& recipients) const;
    bool is_answer_to_notice(const service::Route& route) const;
    service::Route overridden(service::Route route, const queue::Recipient& recipient) const;
    void filter(service::Route& route) const;

    const Office& office_;
    const std::string_view id_;
    const queue::Envelope& envelope_;
    const bool ignores_defer_transports_;
};

}  // namespace postern::qmgr
