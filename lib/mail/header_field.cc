#include "lib/mail/header_field.h"

#include "lib/base/strings.h"

#include <algorithm>

namespace postern::mail {

namespace {

constexpr bool is_name_byte(char c) {
    return c > ' ' && c < 127 && c != ':';
}

// Where the name ends; 0 when there is none.
std::size_t name_end(std::string_view line) noexcept {
    const auto end = std::find_if_not(line.begin(), line.end(), is_name_byte);
    return static_cast<std::size_t>(end - line.begin());
}

// Where the colon after the name is.
std::optional<std::size_t> colon_of(std::string_view line, std::size_t name) noexcept {
    const auto colon = line.find_first_not_of(" \t", name);
    if (name == 0 || colon == std::string_view::npos || line[colon] != ':') return std::nullopt;
    return colon;
}

}  // namespace

bool begins_field(std::string_view line) noexcept {
    return colon_of(line, name_end(line)).has_value();
}

std::optional<HeaderField> parse_field(std::string_view text) noexcept {
    const std::size_t name = name_end(text);
    const auto colon = colon_of(text, name);
    if (!colon) return std::nullopt;
    return HeaderField{text.substr(0, name), trim_left(text.substr(*colon + 1))};
}

HeaderReader::Step HeaderReader::add(std::string_view line) {
    if (field_ && continues_field(line)) {
        append(line);
        return {};
    }
    Step step{std::exchange(field_, std::nullopt), false};
    if (begins_field(line)) {
        field_.emplace();
        append(line);
    } else {
        step.ended = true;
    }
    return step;
}

void HeaderReader::append(std::string_view line) {
    if (!field_->empty()) add_piece("\n");
    add_piece(line);
}

void HeaderReader::add_piece(std::string_view text) {
    if (!field_) return;
    const std::size_t room = size_limit_ - std::min(size_limit_, field_->size());
    if (text.size() > room) was_cut_ = true;
    field_->append(text.substr(0, room));
}

std::optional<std::string> HeaderReader::finish() {
    return std::exchange(field_, std::nullopt);
}

std::string unfolded(std::string_view value) {
    std::string line;
    std::copy_if(value.begin(), value.end(), std::back_inserter(line),
                 [](char c) { return c != '\n' && c != '\r'; });
    return line;
}

std::string folded_field(std::string_view name, std::string_view value, std::size_t width) {
    std::string text = std::string(name) + ":";
    std::size_t line_start = 0;
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t word = std::min(value.find_first_not_of(" \t", at), value.size());
        const std::size_t end = std::min(value.find_first_of(" \t", word), value.size());
        const std::string_view blanks = value.substr(at, word - at);
        const bool is_full = text.size() - line_start + (end - at) > width;
        if (is_full && !blanks.empty()) {
            text += '\n';
            line_start = text.size();
        }
        if (at == 0 && blanks.empty()) text += ' ';
        text.append(blanks).append(value.substr(word, end - word));
        const auto fold = text.rfind('\n');
        if (fold != std::string::npos) line_start = std::max(line_start, fold + 1);
        at = end;
    }
    return text;
}

}  // namespace postern::mail
