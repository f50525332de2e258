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
    if (subject != 3) return "policy";
    switch (detail) {
    case 0: return "data";       // a table or the queue could not be used
    case 1: return "resource";
    case 5: return "software";   // a mistake in the configuration
    default: return "policy";
    }
}

void Transcript::add(Speaker speaker, std::string_view line) {
    // Long sessions begin anew: their end is of interest, not their length.
    if (line_count_ >= settings_.smtpd_history_flush_threshold) {
        lines_.clear();
        line_count_ = 0;
    }
    lines_ += speaker;
    lines_ += line;
    lines_ += '\n';
    ++line_count_;
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

std::string Transcript::text() const {
    std::string text = "Transcript of session follows.\n\n";
    for (const std::string_view line : split(lines_, "\n"))
        text += fmt::format("{}{}\n", line[0] == client ? " In:  " : " Out: ", line.substr(1));
    text += "\n";
    if (!aborted_.empty()) text += fmt::format("Session aborted, reason: {}\n", aborted_);
    return text + "\nFor other details, see the local mail logfile\n";
}

}  // namespace postern::smtpd
