// Rotation of keys; see the header.
#include "services/tlsmgr/ticket_key_ring.h"

namespace postern::tlsmgr {

tls::TicketKey TicketKeyRing::make(WallTime now) {
    using tls::TicketKey;
    return {random_(TicketKey::name_size), random_(TicketKey::secret_size),
            random_(TicketKey::secret_size), now + lifetime_, now + 2 * lifetime_};
}

std::vector<tls::TicketKey> TicketKeyRing::keys(WallTime now) {
    if (lifetime_ <= seconds(0)) return {};
    // A clock that was set back must not keep a key for ever.
    const auto is_over = [&](const tls::TicketKey& key) {
        return now >= key.accepts_until || key.issues_until > now + lifetime_;
    };
    std::erase_if(keys_, is_over);
    if (keys_.empty() || now >= keys_.front().issues_until) keys_.push_front(make(now));
    return {keys_.begin(), keys_.end()};
}

}  // namespace postern::tlsmgr
