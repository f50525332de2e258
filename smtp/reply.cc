// Reading replies; see the header.
#include "smtp/reply.h"

#include "lib/base/strings.h"

#include <utility>

namespace postern::smtp {

namespace {

constexpr std::size_t text_limit = 8192;

std::optional<int> code_of(std::string_view line) {
    if (line.size() < 3 || !is_all_digits(line.substr(0, 3))) return std::nullopt;
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return std::nullopt;
    const int code = static_cast<int>(*parse_number(line.substr(0, 3)));
    if (code < 200 || code > 599) return std::nullopt;
    return code;
}

std::string_view without_code(std::string_view line) {
    return line.substr(std::min<std::size_t>(line.size(), 4));
}

/// RFC 2034 section 4: the class of a status code is that of its reply, else it tells nothing.
mail::StatusCode status_of(int code, std::string_view text) {
    const auto coded = mail::find_coded_text(text);
    if (coded && coded->code.kind == code / 100) return coded->code;
    return mail::default_status(code);
}

}  // namespace

std::optional<Reply> parse_reply(std::string_view text) {
    const auto code = code_of(text);
    if (!code) return std::nullopt;
    return Reply{*code, status_of(*code, without_code(text)), std::string(text), {}};
}

ReplyReader::Line ReplyReader::add(std::string_view line) {
    const auto code = code_of(line);
    if (reply_.text.size() + line.size() < text_limit) {
        if (!reply_.text.empty()) reply_.text += ' ';
        reply_.text += printable(line, text_limit);
        if (code) reply_.lines.emplace_back(without_code(line));
    }
    if (!code) return Line::foreign;
    if (line.size() > 3 && line[3] == '-') return Line::more;
    // The last line has the last word.
    reply_.code = *code;
    reply_.status = status_of(*code, without_code(line));
    return Line::last;
}

Reply ReplyReader::take() { return std::exchange(reply_, {}); }

}  // namespace postern::smtp
