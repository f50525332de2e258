// What milters say of a command or a message.
#pragma once

#include "lib/mail/reply.h"

namespace postern::milter {

struct Verdict {
    enum class Kind {
        go_on,
        refuse,    ///< `reply` is 4xx or 5xx; 421 ends the session
        discard,   ///< say yes, and drop the message
        hold,      ///< milter_default_action = quarantine, of a milter that failed
    };
    Kind kind = Kind::go_on;
    mail::Reply reply = {};

    bool goes_on() const noexcept { return kind == Kind::go_on || kind == Kind::hold; }
};

}  // namespace postern::milter
