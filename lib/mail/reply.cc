#include "lib/mail/reply.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace postern::mail {

namespace {

std::string prefix(const std::optional<StatusCode>& status) {
    return status ? status->text() + " " : std::string();
}

bool is_reply_code(std::string_view text) {
    return text.size() >= 3 && text[0] >= '2' && text[0] <= '5' && is_digit(text[1]) &&
           is_digit(text[2]);
}

int code_of(std::string_view text) {
    return (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
}

}  // namespace

std::string Reply::wire() const {
    std::string lines;
    const std::string status_text = prefix(status);
    std::string_view rest = text;
    for (;;) {
        const auto end = rest.find('\n');
        const bool is_last = end == std::string_view::npos;
        fmt::format_to(std::back_inserter(lines), "{}{}{}{}\r\n", code, is_last ? ' ' : '-',
                       status_text, rest.substr(0, end));
        if (is_last) return lines;
        rest.remove_prefix(end + 1);
    }
}

std::string Reply::one_line() const {
    std::string line = fmt::format("{} {}{}", code, prefix(status), text);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

Reply Reply::softened() const {
    Reply soft = *this;
    if (!is_permanent()) return soft;
    soft.code -= 100;
    if (soft.status) soft.status = soft.status->as(4);
    return soft;
}

Reply Reply::from_text(std::string_view text, const Reply& otherwise) {
    Reply reply = otherwise;
    if (is_reply_code(text) && text[0] != '3' && (text.size() == 3 || is_blank(text[3]))) {
        reply.code = code_of(text);
        text = trim_left(text.substr(3));
        if (reply.status) reply.status = agreeing(*reply.status, reply.code);
    }
    if (const auto coded = find_coded_text(text)) {
        reply.status = coded->code;
        text = coded->text;
    }
    if (!text.empty()) reply.text = text;
    return reply;
}

Result<bool> ReplyReader::add(std::string_view line, std::size_t text_limit) {
    const char separator = line.size() > 3 ? line[3] : ' ';
    if (!is_reply_code(line) || (separator != ' ' && separator != '-'))
        return permanent(fmt::format("not a reply: \"{}\"", printable(line, 100)));
    const auto coded =
        split_coded_text(line.substr(std::min<std::size_t>(4, line.size())), {0, 0, 0});
    reply_.code = code_of(line);
    if (coded.code.kind == static_cast<int>(line[0] - '0')) reply_.status = coded.code;
    if (has_lines_ && reply_.text.size() < text_limit) reply_.text += '\n';
    reply_.text += coded.text.substr(0, text_limit - std::min(text_limit, reply_.text.size()));
    has_lines_ = true;
    return separator == ' ';
}

Reply ReplyReader::take() {
    has_lines_ = false;
    return std::exchange(reply_, Reply{});
}

}  // namespace postern::mail
