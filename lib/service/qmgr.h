// Requests to the queue manager (public/qmgr).
#pragma once

#include "lib/service/codec.h"

#include <string>

namespace postern::service {

/// qmgr has a new message on its list.
struct Noticed {
    bool has_room = true;   ///< false: the active queue is full, mail comes in faster than it leaves
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("has_room", self.has_room);
    }
};

/// A message is complete in incoming/. Sent again, after reconnecting, until it is confirmed.
struct NewMessage {
    static constexpr std::string_view frame_name = "new_message";
    static constexpr bool is_idempotent = true;
    using Reply = Noticed;
    std::string queue_id;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("queue_id", self.queue_id);
    }
};

/// What master's wake-up, postkick(1), postqueue -f and `postfix flush` send to a service: the
/// letters of postkick(1), each a wish. qmgr: W or I scan incoming/, D scan deferred/, A ignore
/// time stamps once, F forget that transports and destinations are dead. Others: W.
struct Trigger {
    static constexpr std::string_view frame_name = "trigger";
    static constexpr bool is_idempotent = true;
    using Reply = Done;
    std::string letters = "W";
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("letters", self.letters);
    }
};

/// One deferred message is to be tried now (postqueue -i, and flush for each of a site's).
struct FlushMessage {
    static constexpr std::string_view frame_name = "flush_message";
    static constexpr bool is_idempotent = true;
    using Reply = Done;
    std::string queue_id;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("queue_id", self.queue_id);
    }
};

}  // namespace postern::service
