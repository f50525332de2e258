// What milters say of a command or a message.
#pragma once

#include "lib/mail/reply.h"
#include "lib/milter/settings.h"

#include <optional>
#include <string>
#include <string_view>

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
    bool ends_session() const noexcept { return kind == Kind::refuse && reply.code == 421; }
};

/// The usual refusals, in the words of Sendmail and Postfix.
Verdict rejected();
Verdict try_again();
Verdict closing();
/// For a milter that says what cannot be a reply.
Verdict misconfigured();
/// A reply of the milter's own: "550-5.7.1 one\r\n550 5.7.1 two", in which "%" stands before a
/// character that is meant as it is. Nothing when it is no refusal.
std::optional<Verdict> refused_with(std::string_view text);
/// "550 5.7.1 one\ntwo": a reply as edits have it (mail::Reply::from_text).
std::string text_of(const mail::Reply& reply);
/// "550-5.7.1 one??550 5.7.1 two": a reply as log lines have it.
std::string logged(const mail::Reply& reply);
/// What stands for a milter that fails.
Verdict verdict_of(DefaultAction action);

}  // namespace postern::milter
