// The first frame on a connection between daemons.
#pragma once

#include "lib/service/codec.h"

namespace postern::service {

/// What the server says of itself when it has accepted the connection.
struct Hello {
    static constexpr std::int64_t current_version = 1;

    std::int64_t version = current_version;
    std::int64_t at_once = 1;   ///< requests that it takes at once on this connection

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("version", self.version);
        visit("at_once", self.at_once);
    }
};

}  // namespace postern::service
