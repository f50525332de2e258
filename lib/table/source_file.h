// The source of a table: a text file of logical lines (postmap(1), "INPUT FILE FORMAT").
#pragma once

#include "lib/base/result.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace postern::table {

struct LogicalLine {
    std::string text;        ///< joined as it stands, without blanks at its end
    std::size_t number = 0;  ///< of its first line in the file, from 1
};

/// Gives the logical lines one after another: a line that begins with a blank continues the one
/// before; comments (first other character is `#`) and empty lines are passed over, also within.
class LogicalLines {
public:
    using Warn = std::function<void(const std::string&)>;

    /// `content` and `file`, its name for warnings, outlive the object.
    LogicalLines(std::string_view content, std::string_view file, Warn warn)
        : rest_(content), file_(file), warn_(std::move(warn)) {}

    std::optional<LogicalLine> next();

private:
    std::string_view take_line();
    bool next_continues() const;

    std::string_view rest_, file_;
    Warn warn_;
    std::size_t number_ = 0;
};

/// `key whitespace value`. The key may have blanks within double quotes or behind a backslash;
/// these stay part of it.
struct KeyValue {
    std::string_view key, value;
};

/// Why a line is not an entry.
enum class NoEntry { unbalanced_quote, no_value };

/// Views into `line`. Only the key, without value: no_value.
std::variant<KeyValue, NoEntry> parse_key_value(std::string_view line);

/// Reads all entries of a source, as postmap and texthash: do. What is wrong is warned of in
/// Postfix's words and left out: "FILE, line N: ...".
/// `entry` gets each; an error of it ends the reading.
class EntryReader {
public:
    using Warn = LogicalLines::Warn;
    using EntryHandler = std::function<Result<void>(std::size_t line, KeyValue entry)>;

    /// `ignoring` follows the warning about a line without a value.
    EntryReader(std::string file, bool utf8, std::string_view ignoring, Warn warn)
        : file_(std::move(file)), utf8_(utf8), ignoring_(ignoring), warn_(std::move(warn)) {}

    Result<void> read(std::string_view content, const EntryHandler& entry) const;

    void warn(std::size_t line, std::string_view text) const;

private:
    std::optional<KeyValue> parse(const LogicalLine& line) const;

    std::string file_;
    bool utf8_;
    std::string_view ignoring_;
    Warn warn_;
};

}  // namespace postern::table
