// Names of clients; see the header.
#include "smtpd/client_names.h"

namespace postern::smtpd {

namespace {

constexpr seconds kept_for{10};
constexpr std::size_t most_known = 5000;

}  // namespace

Answer<dns::ClientName> ClientNames::find(const event::SocketAddress& peer) {
    if (const auto found = known_.find(peer.host()); found != known_.end()) {
        if (found->second.until > loop_.now()) return found->second.name;
        known_.erase(found);
    }
    return look_up(peer);
}

Task<dns::ClientName> ClientNames::look_up(event::SocketAddress peer) {
    auto name = co_await dns::name_of_client(threads_, peer);
    remember(peer.host(), name);
    co_return name;
}

/// Only what is certain; a temporary failure is asked again by the next session.
void ClientNames::remember(const std::string& address, const dns::ClientName& name) {
    if (name.name_status == dns::NameStatus::temporary) return;
    if (known_.size() >= most_known) known_.clear();
    Known& known = known_[address];
    known.name = name;
    known.name.warning.clear();
    known.until = loop_.now() + kept_for;
}

}  // namespace postern::smtpd
