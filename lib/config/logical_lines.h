// Logical lines, the syntax that main.cf, master.cf and most text files of the house share: a line
// that starts with a blank continues the one before it; empty lines and comments are passed over,
// between continuation lines too. A NUL byte ends a logical line, as for programs that read C
// strings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::config {

struct LogicalLine {
    std::string text;      ///< joined, without line ends; leading blanks only when `is_stray`
    int line = 0;          ///< where it begins, from 1
    bool is_stray = false; ///< starts with a blank although nothing stands before it
    bool has_nul = false;  ///< `text` is what stands before a NUL byte
};

/// Strips a file of comments and joins its continuation lines.
std::vector<LogicalLine> logical_lines(std::string_view file);

}  // namespace postern::config
