// Takes the bytes of chunks apart (BDAT, RFC 3030): lines by their ends, without dots.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::smtpd {

/// Gets the content in pieces of any size and turns it into queue-file records, as DataScanner
/// does. Where pieces and chunks begin makes no difference to the records.
class ChunkScanner {
public:
    explicit ChunkScanner(std::size_t line_length_limit) : line_length_limit_(line_length_limit) {}

    /// Takes all of `input` and appends what is complete to `records`.
    void take(std::string_view input, std::string& records);
    /// After the last chunk: a line without an end counts as one.
    void complete(std::string& records);
    /// Forgets the line that is not complete; nothing more will be taken.
    void drop() noexcept { line_.clear(); }

    bool has_bare_newline() const noexcept { return has_bare_newline_; }
    /// Bytes of content, line ends as CR LF.
    std::uint64_t size() const noexcept { return size_; }

private:
    void take_pieces(std::size_t most, std::string& records);
    void put_line(std::string& records);

    const std::size_t line_length_limit_;
    std::string line_;  // of the line that is not complete, what is no record yet
    std::uint64_t size_ = 0;
    bool has_bare_newline_ = false;
};

}  // namespace postern::smtpd
