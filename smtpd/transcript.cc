// Transcripts; see the header.
#include "smtpd/transcript.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::smtpd {

std::string_view notice_class(const Reply& reply) noexcept {
    if (reply.code < 400) return "";
    if (!reply.status) return "protocol";
    const auto [kind, subject, detail] = *reply.status;
    if (subject == 5 || (subject == 1 && (detail == 3 || detail == 7))) return "protocol";
    if (subject == 4) return "";  // the connection broke
    if (subject != 3) return "policy";
    switch (detail) {
        case 0:
            return "data";  // a table or the queue could not be used
        case 1:
            return "resource";
        case 5:
            return "software";  // a mistake in the configuration
        default:
            return "policy";
    }
}

namespace {

constexpr std::size_t most_lines = 1000;  // of a session that never begins anew

}  // namespace

void Transcript::add(Speaker speaker, std::string_view line) {
    if (line_count_ == most_lines) forget();
    lines_ += speaker;
    lines_ += line;
    lines_ += '\n';
    ++line_count_;
}

void Transcript::forget() {
    lines_.clear();
    line_count_ = 0;
}

void Transcript::begin_anew() {
    if (line_count_ > settings_.smtpd_history_flush_threshold) forget();
}

void Transcript::heard(std::string_view line) {
    if (!is_kept()) return;
    const std::string_view command = trim(line);
    const bool is_secret = starts_with_same(command, "AUTH ");
    const auto mechanism_end = command.find(' ', 5);
    if (is_secret && mechanism_end != std::string_view::npos)
        return add(client, printable(command.substr(0, mechanism_end), 100) + " (not shown)");
    add(client, printable(command));
}

void Transcript::said(const Reply& reply, std::string_view wire) {
    if (!is_kept()) return;
    for (auto end = wire.find("\r\n"); end != std::string_view::npos; end = wire.find("\r\n")) {
        add(server, wire.substr(0, end));
        wire.remove_prefix(end + 2);
    }
    const auto its_class = notice_class(reply);
    if (its_class.empty()) return;
    classes_.emplace(its_class);
    if (its_class == "policy") classes_.emplace("bounce");
}

namespace {

/// Long lines go on below, indented, where a blank allows it.
std::string folded(std::string_view line) {
    constexpr std::size_t width = 78;
    std::string text;
    for (std::size_t indent = 0;; indent = 5) {
        const std::string start(indent, ' ');
        auto end = start.size() + line.size() <= width ? std::string_view::npos
                                                       : line.rfind(' ', width - indent);
        if (end == 0 || (end != std::string_view::npos &&
                         trim(line.substr(0, end)).find(' ') == std::string_view::npos))
            end = std::string_view::npos;
        text += start + std::string(line.substr(0, end)) + "\n";
        if (end == std::string_view::npos) return text;
        line.remove_prefix(end + 1);
    }
}

}  // namespace

std::string Transcript::text() const {
    std::string text = "Transcript of session follows.\n\n";
    for (const std::string_view line : split(lines_, "\n"))
        text +=
            folded(fmt::format("{}{}", line[0] == client ? " In:  " : " Out: ", line.substr(1)));
    text += "\n";
    if (!aborted_.empty()) text += fmt::format("Session aborted, reason: {}\n", aborted_);
    return text + "\nFor other details, see the local mail logfile\n";
}

}  // namespace postern::smtpd
