// The keys of session tickets, which come and go with time.
#pragma once

#include "lib/tls/session_store.h"

#include <deque>
#include <functional>

namespace postern::tlsmgr {

/// A key issues tickets for `lifetime`, and then accepts its own for as long again; its successor
/// is made when somebody asks.
class TicketKeyRing {
public:
    /// `random` gives that many bytes. A lifetime of zero: no keys, no tickets.
    TicketKeyRing(seconds lifetime, std::function<std::string(std::size_t)> random)
        : lifetime_(lifetime), random_(std::move(random)) {}

    /// All that are valid, the one that issues first.
    std::vector<tls::TicketKey> keys(WallTime now);

private:
    tls::TicketKey make(WallTime now);
    const seconds lifetime_;
    const std::function<std::string(std::size_t)> random_;
    std::deque<tls::TicketKey> keys_;   // the newest first
};

}  // namespace postern::tlsmgr
