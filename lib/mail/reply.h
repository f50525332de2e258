// SMTP replies (RFC 5321 section 4.2): as they are sent, and as they are read line by line.
#pragma once

#include "lib/base/result.h"
#include "lib/mail/status_code.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::mail {

struct Reply {
    int code = 0;                      ///< 200-599
    std::optional<StatusCode> status;  ///< RFC 2034
    std::string text;                  ///< its lines separated by "\n", without codes

    /// "250 2.1.0 Ok" or, one for each line, "250-2.1.0 first\r\n250 2.1.0 last\r\n".
    std::string wire() const;
    /// "550 5.7.1 text text" on one line, for log lines and bounce messages.
    std::string one_line() const;
    /// A text "550 5.7.1 go away", "5.7.1 go away" or "go away" as an administrator writes it; what
    /// is missing comes from `otherwise`. Lines in it are separated by "\n".
    static Reply from_text(std::string_view text, const Reply& otherwise);

    bool is_success() const noexcept { return code >= 200 && code < 400; }
    bool is_temporary() const noexcept { return code >= 400 && code < 500; }
    bool is_permanent() const noexcept { return code >= 500; }

    /// A permanent refusal made temporary, others as they are (soft_bounce).
    Reply softened() const;
};

/// Puts a reply together from the lines that a server sends.
class ReplyReader {
public:
    /// `line` without its end. True when it was the last line of the reply. Error (permanent): not
    /// a reply; its text quotes the line. Of a text above `text_limit` the rest is dropped.
    Result<bool> add(std::string_view line, std::size_t text_limit = 8192);
    /// The reply; call it once after add gave true. The reader is then ready for the next.
    Reply take();

private:
    Reply reply_;
    bool has_lines_ = false;
};

}  // namespace postern::mail
