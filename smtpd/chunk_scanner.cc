// Lines of chunks; see the header.
#include "smtpd/chunk_scanner.h"

#include "lib/queue/record.h"

namespace postern::smtpd {

using queue::RecordType;

void ChunkScanner::take(std::string_view input, std::string& records) {
    while (!input.empty()) {
        const auto end = input.find('\n');
        line_ += input.substr(0, end);
        if (end == std::string_view::npos) break;
        input.remove_prefix(end + 1);
        if (line_.ends_with('\r'))
            line_.pop_back();
        else
            has_bare_newline_ = true;
        take_pieces(line_length_limit_, records);
        put_line(records);
    }
    // The last byte may be the CR of a line end.
    take_pieces(line_length_limit_ + 1, records);
}

void ChunkScanner::complete(std::string& records) {
    if (!line_.empty()) put_line(records);
}

/// Leaves no more than `most` bytes of the line.
void ChunkScanner::take_pieces(std::size_t most, std::string& records) {
    std::size_t taken = 0;
    for (; line_.size() - taken > most; taken += line_length_limit_)
        queue::append_record(records, RecordType::long_line,
                             std::string_view(line_).substr(taken, line_length_limit_));
    size_ += taken;
    line_.erase(0, taken);
}

void ChunkScanner::put_line(std::string& records) {
    size_ += line_.size() + 2;
    queue::append_record(records, RecordType::line, line_);
    line_.clear();
}

}  // namespace postern::smtpd
