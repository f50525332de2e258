// Reports to scache (private/scache): how often the SMTP and LMTP clients found a kept connection.
#pragma once

#include "lib/service/codec.h"

#include <cstdint>

namespace postern::service {

/// What one process has looked for since its last report, and the most that it kept at a time.
struct CacheUse {
    static constexpr std::string_view frame_name = "cache_use";
    using Reply = Done;
    std::int64_t destination_hits = 0, destination_misses = 0;   ///< by the destination's name
    std::int64_t address_hits = 0, address_misses = 0;           ///< by the server, when that failed
    std::int64_t destinations = 0, addresses = 0, connections = 0;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("destination_hits", self.destination_hits);
        visit("destination_misses", self.destination_misses);
        visit("address_hits", self.address_hits);
        visit("address_misses", self.address_misses);
        visit("destinations", self.destinations);
        visit("addresses", self.addresses);
        visit("connections", self.connections);
    }
};

}  // namespace postern::service
