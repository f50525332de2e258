// What a server says (RFC 5321 section 4.2), kept as it said it: log lines and bounce messages
// quote all lines of a reply with their codes.
#pragma once

#include "lib/base/result.h"
#include "lib/mail/status_code.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::smtp {

struct Reply {
    int code = 0;
    mail::StatusCode status;   ///< of its text (RFC 2034), else by the code
    std::string text;          ///< "550-5.1.1 first 550 5.1.1 last": its lines, blanks between
    std::vector<std::string> lines;   ///< each without its code: what EHLO announces

    bool is_success() const noexcept { return code >= 200 && code < 300; }
    bool is_temporary() const noexcept { return code >= 400 && code < 500; }
    bool is_permanent() const noexcept { return code >= 500; }
};

/// A reply from its text, "550 5.1.1 no such user"; nothing when that begins with no code.
std::optional<Reply> parse_reply(std::string_view text);

/// Puts a reply together from its lines. Of a long one the first 8 KiB are kept.
class ReplyReader {
public:
    /// `line` without its end. A foreign one has no code: it becomes part of the text, and is not
    /// the last.
    enum class Line { more, last, foreign };
    Line add(std::string_view line);
    /// The reply; once, after add gave `last`.
    Reply take();

private:
    Reply reply_;
};

}  // namespace postern::smtp
