// Reads table sources.
#include "lib/table/source_file.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

/// Empty, blank, or a comment.
bool says_nothing(std::string_view line) {
    const auto text = trim_left(line);
    return text.empty() || text.front() == '#';
}

}  // namespace

std::string_view LogicalLines::take_line() {
    const auto end = rest_.find('\n');
    const auto line = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    ++number_;
    return line.substr(0, line.find('\0'));   // what follows a NUL has never been read
}

bool LogicalLines::next_continues() const {
    const auto line = rest_.substr(0, rest_.find('\n'));
    return !rest_.empty() && (says_nothing(line) || is_blank(line.front()));
}

std::optional<LogicalLine> LogicalLines::next() {
    while (!rest_.empty()) {
        const auto line = take_line();
        if (says_nothing(line)) continue;
        if (is_blank(line.front())) {
            warn_(fmt::format("{}: logical line must not start with whitespace: \"{}\"", file_,
                              printable(line, 30)));
            continue;
        }
        LogicalLine logical{std::string(line), number_};
        while (next_continues())
            if (const auto more = take_line(); !says_nothing(more)) logical.text += more;
        logical.text.resize(trim_right(logical.text).size());
        return logical;
    }
    return std::nullopt;
}

std::variant<KeyValue, NoEntry> parse_key_value(std::string_view line) {
    bool is_quoted = false;
    std::size_t at = 0;
    for (; at < line.size() && (is_quoted || !is_blank(line[at])); ++at) {
        if (line[at] == '"') is_quoted = !is_quoted;
        if (line[at] == '\\') ++at;
    }
    if (is_quoted) return NoEntry::unbalanced_quote;
    at = std::min(at, line.size());
    const auto value = trim(line.substr(at));
    if (value.empty()) return NoEntry::no_value;
    return KeyValue{line.substr(0, at), value};
}

void EntryReader::warn(std::size_t line, std::string_view text) const {
    warn_(fmt::format("{}, line {}: {}", file_, line, text));
}

std::optional<KeyValue> EntryReader::parse(const LogicalLine& line) const {
    if (utf8_ && !is_valid_utf8(line.text)) {
        warn(line.number,
             fmt::format("non-UTF-8 input \"{}\" -- ignoring this line", printable(line.text)));
        return std::nullopt;
    }
    const auto parsed = parse_key_value(line.text);
    if (const auto* entry = std::get_if<KeyValue>(&parsed)) {
        if (entry->key.ends_with(':'))
            warn(line.number, "record is in \"key: value\" format; is this an alias file?");
        return *entry;
    }
    if (std::get<NoEntry>(parsed) == NoEntry::no_value)
        warn(line.number, fmt::format("expected format: key whitespace value{}", ignoring_));
    else
        warn(line.number, fmt::format("unbalanced '\"' in '{}' -- ignoring this line", line.text));
    return std::nullopt;
}

Result<void> EntryReader::read(std::string_view content, const EntryHandler& entry) const {
    LogicalLines lines(content, file_, warn_);
    while (const auto line = lines.next())
        if (const auto parsed = parse(*line))
            if (auto done = entry(line->number, *parsed); !done) return done;
    return success();
}

}  // namespace postern::table
