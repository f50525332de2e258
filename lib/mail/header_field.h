// One header field, "Name: value", with the lines that it was folded over; and the reading of a
// message's header from its lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace postern::mail {

/// A field taken apart without copying; `text` of parse_field outlives it.
struct HeaderField {
    std::string_view name;   ///< without blanks before the colon
    std::string_view value;  ///< after the colon, leading blanks removed, folds kept as "\n "
};

/// True when the line can begin a field: a name of printable ASCII without blanks (or with blanks
/// only before the colon, RFC 5322 section 4.5), then a colon.
bool begins_field(std::string_view line) noexcept;
/// True when the line goes on with the field before it: it begins with a blank.
inline bool continues_field(std::string_view line) noexcept {
    return !line.empty() && (line[0] == ' ' || line[0] == '\t');
}

/// Takes a whole field apart, its lines separated by "\n". Nothing when it is not one.
std::optional<HeaderField> parse_field(std::string_view text) noexcept;

/// Gathers the lines of a header into fields.
///     for each line: auto step = reader.add(line); if step.field: use it; if step.ended: body
class HeaderReader {
public:
    /// `size_limit`: header_size_limit; of a longer field the rest is dropped.
    explicit HeaderReader(std::size_t size_limit = 102400) : size_limit_(size_limit) {}

    struct Step {
        std::optional<std::string> field;  ///< a complete one, its lines separated by "\n"
        bool ended = false;                ///< this line is not part of the header any more
    };
    /// `line` without its end. The header ends with the empty line (which belongs to neither part)
    /// or with a line that can be no field (which is the first of the body).
    Step add(std::string_view line);
    /// More of the line that add() took last.
    void add_piece(std::string_view text);
    /// At the end of the message: the last field, when there is one.
    std::optional<std::string> finish();
    /// Some field was longer than the limit.
    bool was_cut() const noexcept { return was_cut_; }

private:
    void append(std::string_view line);

    std::size_t size_limit_;
    std::optional<std::string> field_;
    bool was_cut_ = false;
};

/// The value on one line, folds replaced by nothing (their blank stays): "a\n b" to "a b".
std::string unfolded(std::string_view value);

/// "Name: value" with line breaks before blanks so that, where blanks allow it, no line is longer
/// than `width` (78, RFC 5322 section 2.1.1). Existing folds stay.
std::string folded_field(std::string_view name, std::string_view value, std::size_t width = 78);

}  // namespace postern::mail
