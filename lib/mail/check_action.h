// The actions of content rules: the results of header_checks(5) and body_checks(5) tables.
#pragma once

#include "lib/base/result.h"

#include <string>
#include <string_view>

namespace postern::mail {

/// What a rule looks at.
enum class CheckedPart { field, line };

struct CheckAction {
    enum class Kind {
        bcc,       ///< text is one more recipient
        discard,   ///< the message, claiming success
        dunno,     ///< nothing; also OK
        filter,    ///< text is transport:destination
        hold,
        ignore,    ///< delete the input, silently
        info,      ///< log
        pass,      ///< log, and inspect no more of this message
        prepend,   ///< text is a line to put before
        redirect,  ///< text is the address that replaces all recipients
        reject,
        replace,   ///< text is what stands instead
        strip,     ///< delete the input, and log
        warn,      ///< log
    };
    Kind kind = Kind::dunno;
    std::string text;  ///< what follows the action's name, without the blanks between; may be ""

    /// `parameter` names the tables in complaints. Errors (permanent): an action that does not
    /// exist, or one whose argument is missing or of no use: to be warned of, and the input taken
    /// as if nothing had matched.
    static Result<CheckAction> parse(std::string_view value, CheckedPart part,
                                     std::string_view parameter);
};

/// "reject", "warning" ...: how log lines call it.
std::string_view logged_as(CheckAction::Kind kind);

}  // namespace postern::mail
