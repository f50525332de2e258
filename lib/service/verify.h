// Requests to verify (private/verify): what is known of the deliverability of addresses.
#pragma once

#include "lib/service/codec.h"

#include <cstdint>
#include <string>

namespace postern::service {

/// ADDRESS_VERIFICATION_README; the values are those in the cache of Postfix.
enum class AddressState { deliverable = 0, deferred = 1, bounced = 2, unknown = 3 };

struct AddressKnowledge {
    AddressState state = AddressState::unknown;
    std::string text;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("state", self.state);
        visit("text", self.text);
    }
};

/// Asks; may start a probe, whose result comes later.
struct QueryAddress {
    static constexpr std::string_view frame_name = "query";
    static constexpr bool is_idempotent = true;
    using Reply = AddressKnowledge;
    std::string address;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("address", self.address);
    }
};

/// The result of a probe, from qmgr.
struct UpdateAddress {
    static constexpr std::string_view frame_name = "update";
    static constexpr bool is_idempotent = true;
    using Reply = Done;
    std::string address;
    AddressState state = AddressState::unknown;
    std::string text;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("address", self.address);
        visit("state", self.state);
        visit("text", self.text);
    }
};

}  // namespace postern::service
