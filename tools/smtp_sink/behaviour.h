// What smtp-sink does with each command beside taking it: refuse, hang up, wait, log.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace postern::smtp_sink {

struct Behaviour {
    enum class Answer {
        normal,
        soft_reject,     ///< -r
        hard_reject,     ///< -f
        hang_up,         ///< -q: without a reply
        close,           ///< -Q: after a 421
    };
    Answer answer = Answer::normal;
    bool is_logged = false;   ///< -s
    seconds delay{0};         ///< -w, -W
    int odds = 0;             ///< -W: the delay counts once for each throw below it
};

/// By the names of the commands, with CONNECT for a new connection and "." for the end of a message.
class Behaviours {
public:
    /// As if every command were ordinary.
    const Behaviour& of(std::string_view command) const;
    /// Changes the commands of a list, "mail, rcpt". Error: permanent, a name that is no command.
    Result<void> change(std::string_view list, const std::function<void(Behaviour&)>& change);
    /// "command:delay" or "command:delay:odds" of -W. Error: permanent, what is wrong with it.
    Result<void> add_delay(std::string_view text);

private:
    std::map<std::string, Behaviour, std::less<>> table_;
};

/// How long to wait: the delay, or, with odds, as often as the dice fall below them. `throw_dice`
/// gives 0 to 99.
seconds wait_of(const Behaviour& behaviour, const std::function<int()>& throw_dice);

}  // namespace postern::smtp_sink
