// What each client of each service has done lately (anvil(8)).
#pragma once

#include "lib/base/clock.h"
#include "lib/service/anvil.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace postern::anvil {

using ClientKey = std::pair<std::string, std::string>;   // service, client

/// The highest of each count since the last report, and who had it when.
struct Peak {
    std::int64_t value = 0;
    ClientKey who;
    WallTime when;
};
struct Peaks {
    Peak connection_rate, connection_count, message_rate, recipient_rate, auth_rate, new_tls_rate;
    std::size_t cache_size = 0;
    WallTime cache_size_at;
};

class ClientTable {
public:
    explicit ClientTable(seconds rate_time_unit) : rate_time_unit_(rate_time_unit) {}

    /// Counts the event in, and gives what the client has done within the time unit, which began
    /// with its first event.
    service::ClientRates count(const service::CountClient& event, Monotonic now, WallTime wall);
    /// Forgets clients that have no connection, and whose time unit is over.
    void forget_idle(Monotonic now);
    /// The peaks since the last call.
    Peaks take_peaks() { return std::exchange(peaks_, {}); }
    std::size_t size() const noexcept { return clients_.size(); }

private:
    struct Client {
        service::ClientRates rates;
        Monotonic unit_began;
    };
    void note_peaks(const ClientKey& who, const service::ClientRates& rates, WallTime wall);

    const seconds rate_time_unit_;
    std::map<ClientKey, Client> clients_;
    Peaks peaks_;
};

}  // namespace postern::anvil
