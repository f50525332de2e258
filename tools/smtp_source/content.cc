// Making messages.
#include "tools/smtp_source/content.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtp_source {

namespace {

std::string headers(const Options& options, std::uint64_t number, WallTime now, int process) {
    std::string text = fmt::format(
        "From: <{}>\r\nTo: <{}>\r\nDate: {}\r\nMessage-Id: <{:x}.{:x}.{:x}@{}>\r\n", options.sender,
        options.recipient, mail_date(now), process, to_unix(now), number, options.host);
    if (!options.subject.empty()) text += fmt::format("Subject: {}\r\n", options.subject);
    return text + "\r\n";
}

}  // namespace

std::string payload(std::size_t length) {
    constexpr std::size_t line = 80, end = 2;
    std::string text;
    text.reserve(length);
    while (length > end) {
        // No rest that is shorter than a line's end.
        std::size_t now = std::min(length, line);
        if (length - now != 0 && length - now <= end) now -= end;
        text.append(now - end, 'X');
        text += "\r\n";
        length -= now;
    }
    return text;
}

std::string as_sent(std::string_view text) {
    std::string sent;
    while (!text.empty()) {
        const auto newline = text.find('\n');
        std::string_view line = text.substr(0, newline);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with('.')) sent += '.';
        sent += line;
        sent += "\r\n";
        text.remove_prefix(newline == text.npos ? text.size() : newline + 1);
    }
    return sent;
}

std::string content_of(const Options& options, std::string_view file, std::uint64_t number,
                       WallTime now, int process) {
    if (!options.file.empty()) return as_sent(file);
    std::string text = options.is_old ? "" : headers(options, number, now, process);
    return text + (options.length ? payload(*options.length) : "A message of smtp-source.\r\n");
}

std::string recipient(const Options& options, std::uint64_t number) {
    const bool is_numbered = options.numbers_recipients || options.recipients > 1;
    return is_numbered ? fmt::format("{}{}", number, options.recipient) : options.recipient;
}

}  // namespace postern::smtp_source
