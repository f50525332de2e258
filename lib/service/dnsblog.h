// Requests to dnsblog (private/dnsblog): whether a client stands on a DNS list.
#pragma once

#include "lib/service/codec.h"

#include <cstdint>
#include <string>
#include <vector>

namespace postern::service {

struct ListAnswer {
    std::vector<std::string> addresses;   ///< as the list has the client; none: it has not
    std::int64_t ttl = -1;                ///< seconds; -1: no answer, or one that does not say
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("addresses", self.addresses);
        visit("ttl", self.ttl);
    }
};

/// Asks the list `domain` about a client. A list that cannot tell is one that does not have it.
struct AskList {
    static constexpr std::string_view frame_name = "ask_list";
    static constexpr bool is_idempotent = true;
    using Reply = ListAnswer;
    std::string domain;
    std::string client_address;   ///< numeric, without brackets
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("domain", self.domain);
        visit("client_address", self.client_address);
    }
};

}  // namespace postern::service
