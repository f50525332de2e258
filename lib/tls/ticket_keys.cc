// Ticket keys; see the header.
#include "lib/tls/ticket_keys.h"

namespace postern::tls {

namespace {

/// How long a store that did not answer, or had no key, is left alone.
constexpr seconds pause_after_failure{5};

}  // namespace

Task<void> TicketKeys::refresh(SessionStore& store, WallTime now) {
    if (to_issue(now) || now < ask_again_) co_return;
    ask_again_ = now + pause_after_failure;
    auto keys = co_await store.ticket_keys();
    if (keys) keys_ = std::move(*keys);
}

const TicketKey* TicketKeys::to_issue(WallTime now) const noexcept {
    for (const TicketKey& key : keys_)
        if (now < key.issues_until) return &key;
    return nullptr;
}

const TicketKey* TicketKeys::named(std::string_view name, WallTime now) const noexcept {
    for (const TicketKey& key : keys_)
        if (key.name == name && now < key.accepts_until) return &key;
    return nullptr;
}

}  // namespace postern::tls
