// The content of a message, read from its queue file.
#pragma once

#include "lib/base/result.h"
#include "lib/queue/record.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::queue {

/// A line, or a piece of one longer than line_length_limit.
struct ContentLine {
    std::string_view text;  ///< without line end; valid until the next call
    bool is_complete;       ///< the line ends here; otherwise it goes on in the next piece
};

/// Reads content front to back, following pointer records, with bounded memory.
class ContentReader {
public:
    /// `file` stays open as long as the reader; the first content record is at `data_offset`.
    ContentReader(int file, std::string name, off_t data_offset);

    /// Nothing at the end of the content. Error: permanent, damage, with file and offset.
    Result<std::optional<ContentLine>> next();

    /// Appends whole lines and pieces to `block`, each complete line with `line_end` ("\n" or
    /// "\r\n"), until `block` has at least `size` bytes. False at the end of the content. A last
    /// line that is not complete is completed.
    Result<bool> fill(std::string& block, std::size_t size, std::string_view line_end);

    /// Begins again from the first line.
    void rewind();

private:
    RecordReader records_;
    off_t data_offset_;
    bool in_line_ = false;
    bool at_end_ = false;
};

}  // namespace postern::queue
