// Requests to anvil (private/anvil): counts and rates of clients.
#pragma once

#include "lib/service/codec.h"

#include <cstdint>
#include <string>
#include <vector>

namespace postern::service {

/// What one service and client have done within anvil_rate_time_unit; `connections` are open now.
struct ClientRates {
    std::int64_t connections = 0, connection_rate = 0, message_rate = 0, recipient_rate = 0,
                 auth_rate = 0, new_tls_rate = 0;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("connections", self.connections);
        visit("connection_rate", self.connection_rate);
        visit("message_rate", self.message_rate);
        visit("recipient_rate", self.recipient_rate);
        visit("auth_rate", self.auth_rate);
        visit("new_tls_rate", self.new_tls_rate);
    }
};

enum class ClientEvent { connect, disconnect, message, recipient, auth, new_tls, lookup };

/// One event of a client ("smtp:192.0.2.1"); the answer counts it in.
struct CountClient {
    static constexpr std::string_view frame_name = "count";
    using Reply = ClientRates;
    std::string service;   ///< the name in master.cf
    std::string client;    ///< the address, cut to smtpd_client_ipv4_prefix_length ...
    ClientEvent event = ClientEvent::lookup;
    std::int64_t times = 1;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("service", self.service);
        visit("client", self.client);
        visit("event", self.event);
        visit("times", self.times);
    }
};

}  // namespace postern::service
