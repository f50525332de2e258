// Asking tlsmgr; see the header.
#include "lib/service/tls_sessions.h"

#include "lib/service/anvil.h"
#include "lib/service/client_of.h"
#include "lib/service/daemon.h"
#include "lib/service/tlsmgr.h"

#include <algorithm>

namespace postern::service {

namespace {

/// No handshake waits longer for what only makes it cheaper.
constexpr seconds patience{2};

}  // namespace

TlsSessions::TlsSessions(Daemon& daemon)
    : daemon_(daemon),
      tlsmgr_(private_client(daemon.loop(), daemon.config(), "tlsmgr_service_name")),
      anvil_(daemon.loop(), "private/anvil", kept_as(daemon.config())) {}

Deadline TlsSessions::deadline() const { return daemon_.loop().in(patience); }

Task<Result<std::vector<tls::TicketKey>>> TlsSessions::ticket_keys() {
    auto list = co_await tlsmgr_.call(GetTicketKeys{}, deadline());
    if (!list) {
        daemon_.log().warning("TLS session tickets are not issued: {}", list.error().text);
        co_return list.error();
    }
    std::vector<tls::TicketKey> keys;
    for (TicketKeyMessage& key : list->keys)
        if (key.name.size() == tls::TicketKey::name_size &&
            key.cipher_key.size() == tls::TicketKey::secret_size &&
            key.mac_key.size() == tls::TicketKey::secret_size)
            keys.push_back({std::move(key.name), std::move(key.cipher_key), std::move(key.mac_key),
                            key.issues_until, key.accepts_until});
    co_return keys;
}

Task<Result<std::optional<std::string>>> TlsSessions::find(tls::SessionCache cache, std::string id) {
    FindTlsSession request;
    request.cache = cache;
    request.id = std::move(id);
    auto found = co_await tlsmgr_.call(std::move(request), deadline());
    if (!found) co_return found.error();
    co_return std::move(found->session);
}

Task<void> TlsSessions::tell(tls::SessionCache cache, std::string id, std::string session) {
    SaveTlsSession request;
    request.cache = cache;
    request.id = std::move(id);
    request.session = std::move(session);
    // Without it the next handshake is a whole one.
    std::ignore = co_await tlsmgr_.call(std::move(request), deadline());
}

void TlsSessions::save(tls::SessionCache cache, std::string id, std::string session) {
    if (!session.empty()) daemon_.tasks().spawn(tell(cache, std::move(id), std::move(session)));
}

void TlsSessions::remove(tls::SessionCache cache, std::string id) {
    daemon_.tasks().spawn(tell(cache, std::move(id), ""));
}

Task<Result<std::string>> TlsSessions::random_bytes() {
    GetRandomBytes request;
    request.count = std::min(daemon_.config().number("tls_daemon_random_bytes"), GetRandomBytes::most);
    auto given = co_await tlsmgr_.call(request, deadline());
    if (!given) {
        daemon_.log().warning("no randomness for TLS from tlsmgr: {}", given.error().text);
        co_return given.error();
    }
    co_return std::move(given->bytes);
}

Task<bool> TlsSessions::may_begin() {
    const std::int64_t limit = daemon_.config().number("tls_trace_rate_limit");
    if (limit <= 0) co_return true;
    CountClient request;
    request.service = "tlstrace";
    request.client = "all";
    request.event = ClientEvent::message;   // one rate for all daemons
    auto rates = co_await anvil_.call(std::move(request), deadline());
    if (!rates) daemon_.log().warning("TLS is not traced: {}", rates.error().text);
    co_return rates && rates->message_rate <= limit;
}

}  // namespace postern::service
