// The ticket keys that a process knows.
#pragma once

#include "lib/tls/session_store.h"

namespace postern::tls {

class TicketKeys {
public:
    /// Asks the store for keys when those known no longer issue. Without an answer there are no
    /// tickets, and it is asked again a little later.
    Task<void> refresh(SessionStore& store, WallTime now);

    /// The key that issues now; null: none does.
    const TicketKey* to_issue(WallTime now) const noexcept;
    /// The key of a ticket, while it accepts it; null: not known.
    const TicketKey* named(std::string_view name, WallTime now) const noexcept;

private:
    std::vector<TicketKey> keys_;
    WallTime ask_again_{};
};

}  // namespace postern::tls
