// Counts of clients; see the header.
#include "services/anvil/rates.h"

#include <algorithm>

namespace postern::anvil {

using service::ClientEvent;
using service::ClientRates;

namespace {

/// The rates begin anew; connections stay open.
void begin_unit(ClientRates& rates) {
    const std::int64_t connections = rates.connections;
    rates = {};
    rates.connections = connections;
}

void add(ClientRates& rates, ClientEvent event, std::int64_t times) {
    switch (event) {
    case ClientEvent::connect:
        rates.connections += times;
        rates.connection_rate += times;
        break;
    case ClientEvent::disconnect:
        rates.connections = std::max<std::int64_t>(rates.connections - times, 0);
        break;
    case ClientEvent::message: rates.message_rate += times; break;
    case ClientEvent::recipient: rates.recipient_rate += times; break;
    case ClientEvent::auth: rates.auth_rate += times; break;
    case ClientEvent::new_tls: rates.new_tls_rate += times; break;
    case ClientEvent::lookup: break;
    }
}

void note(Peak& peak, std::int64_t value, const ClientKey& who, WallTime when) {
    if (value > peak.value) peak = {value, who, when};
}

}  // namespace

ClientRates ClientTable::count(const service::CountClient& event, Monotonic now, WallTime wall) {
    const ClientKey who{event.service, event.client};
    const bool counts = event.event != ClientEvent::lookup && event.event != ClientEvent::disconnect;
    const auto known = clients_.find(who);
    // Of an unknown client there is nothing to tell or to end.
    if (known == clients_.end() && !counts) return {};
    Client& client = known != clients_.end() ? known->second : clients_[who];
    if (known == clients_.end()) client.unit_began = now;
    if (now - client.unit_began >= rate_time_unit_) {
        begin_unit(client.rates);
        client.unit_began = now;
    }
    add(client.rates, event.event, std::max<std::int64_t>(event.times, 0));
    note_peaks(who, client.rates, wall);
    return client.rates;
}

void ClientTable::note_peaks(const ClientKey& who, const ClientRates& rates, WallTime wall) {
    note(peaks_.connection_rate, rates.connection_rate, who, wall);
    note(peaks_.connection_count, rates.connections, who, wall);
    note(peaks_.message_rate, rates.message_rate, who, wall);
    note(peaks_.recipient_rate, rates.recipient_rate, who, wall);
    note(peaks_.auth_rate, rates.auth_rate, who, wall);
    note(peaks_.new_tls_rate, rates.new_tls_rate, who, wall);
    if (clients_.size() <= peaks_.cache_size) return;
    peaks_.cache_size = clients_.size();
    peaks_.cache_size_at = wall;
}

void ClientTable::forget_idle(Monotonic now) {
    std::erase_if(clients_, [&](const auto& entry) {
        return entry.second.rates.connections == 0 && now - entry.second.unit_began >= rate_time_unit_;
    });
}

}  // namespace postern::anvil
