// The datagrams between programs and postlogd.
//
//     one byte 0x01, the mark of this format, then one or more records, each:
//         seconds since 1970 "." six digits of microseconds, a blank,
//         tag "[" number "]: " text, a newline
//
// A datagram without the mark is one line as other programs send it: "Nov 24 15:09:01 host
// postfix/postdrop[4711]: text", written as it is, at the time of its arrival.
#pragma once

#include "lib/base/log.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern {

/// A datagram has at most so many bytes.
inline constexpr std::size_t log_frame_limit = 16384;

/// Gathers lines into one datagram.
class LogFrame {
public:
    /// False when the line does not fit any more; a single line always does.
    bool add(const LogLine& line);
    bool empty() const noexcept { return text_.empty(); }
    const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

/// A line that somebody sent: the rest of it is for the log file as it stands.
struct SentLogLine {
    WallTime when;
    std::string text;   ///< "postfix/smtpd[4711]: text", or with time and host when `is_complete`
    bool is_complete = false;
};

/// Takes a datagram apart. Control characters and broken UTF-8 are masked; a moment more than ten
/// seconds from `arrival` becomes `arrival`; a record that is not of the format counts as a line.
std::vector<SentLogLine> read_log_frame(std::string_view datagram, WallTime arrival);

}  // namespace postern
