// The content of DATA; see the header.
#include "smtpd/data_scanner.h"

#include "lib/queue/record.h"

#include <cstring>

namespace postern::smtpd {

using queue::RecordType;

std::size_t DataScanner::take(std::string_view input, std::string& records) {
    std::size_t taken = 0;
    while (!is_complete_) {
        const std::string_view rest = input.substr(taken);
        const auto end = rest.find('\n');
        if (end == std::string_view::npos) return taken + take_pieces(rest, records);
        const bool ends_with_crlf = end > 0 && rest[end - 1] == '\r';
        take_line(rest.substr(0, end - ends_with_crlf), ends_with_crlf, records);
        taken += end + 1;
    }
    return taken;
}

void DataScanner::take_line(std::string_view line, bool ends_with_crlf, std::string& records) {
    has_bare_newline_ = has_bare_newline_ || !ends_with_crlf;
    if (is_end(line, ends_with_crlf)) {
        is_complete_ = true;
        return;
    }
    previous_ended_with_crlf_ = ends_with_crlf;
    // A dot that ends nothing is no content either: the client did not double it.
    if (at_line_start_ && line == ".") return;
    line = without_dot(line);
    at_line_start_ = false;
    line.remove_prefix(take_pieces(line, records));
    queue::append_record(records, RecordType::line, line);
    size_ += line.size() + 2;
    at_line_start_ = true;
}

bool DataScanner::is_end(std::string_view line, bool ends_with_crlf) const noexcept {
    if (!at_line_start_ || line != ".") return false;
    return bare_newline_ == BareNewline::allow || (ends_with_crlf && previous_ended_with_crlf_);
}

std::string_view DataScanner::without_dot(std::string_view line) noexcept {
    if (at_line_start_ && line.starts_with('.')) line.remove_prefix(1);
    return line;
}

/// The part of a line that is beyond the limit, as pieces. The last byte stays: a CR may belong to
/// the line's end.
std::size_t DataScanner::take_pieces(std::string_view rest, std::string& records) {
    std::size_t taken = 0;
    while (rest.size() > line_length_limit_ + 1) {
        std::string_view piece = rest.substr(0, line_length_limit_);
        rest.remove_prefix(piece.size());
        taken += piece.size();
        piece = without_dot(piece);
        at_line_start_ = false;
        size_ += piece.size();
        queue::append_record(records, RecordType::long_line, piece);
    }
    return taken;
}

}  // namespace postern::smtpd
