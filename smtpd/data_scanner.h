// Takes the bytes after DATA apart: lines, dots, and the end (RFC 5321 sections 2.3.8, 4.5.2).
#pragma once

#include "smtpd/settings.h"

#include <string>
#include <string_view>

namespace postern::smtpd {

/// Gets the input in pieces of any size and turns it into queue-file records: a line becomes an N
/// record; of a longer one than line_length_limit, each piece becomes an L record before it.
///
/// Only CR LF . CR LF ends the data, the first CR LF being that of the DATA command or of a line;
/// but with BareNewline::allow also where a bare LF stands for a CR LF. A bare LF ends a line. A
/// line with a dot only that is not the end is left out, as Postfix does.
class DataScanner {
public:
    DataScanner(std::size_t line_length_limit, BareNewline bare_newline)
        : line_length_limit_(line_length_limit), bare_newline_(bare_newline) {}

    /// Takes what it can, appends records to `records`, and says how many bytes it took: all but
    /// the beginning of a line, or of what it needs to see more of; at the end, none beyond it.
    std::size_t take(std::string_view input, std::string& records);

    bool is_complete() const noexcept { return is_complete_; }
    bool has_bare_newline() const noexcept { return has_bare_newline_; }
    /// Bytes of content, line ends as CR LF.
    std::uint64_t size() const noexcept { return size_; }

private:
    void take_line(std::string_view line, bool ends_with_crlf, std::string& records);
    bool is_end(std::string_view line, bool ends_with_crlf) const noexcept;
    std::size_t take_pieces(std::string_view rest, std::string& records);
    std::string_view without_dot(std::string_view line) noexcept;

    const std::size_t line_length_limit_;
    const BareNewline bare_newline_;
    std::uint64_t size_ = 0;
    bool at_line_start_ = true, previous_ended_with_crlf_ = true;
    bool is_complete_ = false, has_bare_newline_ = false;
};

}  // namespace postern::smtpd
