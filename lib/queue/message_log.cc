#include "lib/queue/message_log.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace postern::queue {
namespace {

constexpr mode_t log_mode = S_IRUSR | S_IWUSR;
constexpr std::size_t read_size = 16384;
constexpr std::size_t longest_line = 64 * 1024;

/// The lines of an entry that are one text each.
constexpr std::array<std::pair<std::string_view, std::string LogEntry::*>, 10> texts = {{
    {"recipient", &LogEntry::recipient},
    {"original_recipient", &LogEntry::original_recipient},
    {"dsn_orig_rcpt", &LogEntry::dsn_orcpt},
    {"status", &LogEntry::status},
    {"action", &LogEntry::action},
    {"diag_type", &LogEntry::diag_type},
    {"diag_text", &LogEntry::diag_text},
    {"mta_type", &LogEntry::mta_type},
    {"mta_mname", &LogEntry::mta_name},
    {"reason", &LogEntry::reason},
}};

void append_line(std::string& text, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    fmt::format_to(std::back_inserter(text), "{}={}\n", name, printable(value, longest_line / 2));
}

/// Sets what a line "name=value" tells; other lines, and empty values, say nothing.
void take_line(LogEntry& entry, std::string_view line) {
    const auto parts = cut(line, '=');
    if (!parts || parts->second.empty()) return;
    const auto [name, value] = *parts;
    const auto text = std::ranges::find(texts, name, [](const auto& row) { return row.first; });
    if (text != texts.end()) entry.*(text->second) = value;
    if (name == "offset") entry.offset = static_cast<off_t>(parse_number(value).value_or(0));
    if (name == "notify_flags")
        entry.notify.bits = static_cast<std::uint8_t>(parse_number(value).value_or(0) & 0xf);
}

}  // namespace

std::string coded(const LogEntry& entry, LogForm form) {
    std::string text = "\n";
    if (form == LogForm::with_first_line)
        text += fmt::format("<{}>: {}\n", printable(entry.recipient),
                            printable(entry.reason, longest_line / 2));
    append_line(text, "recipient", entry.recipient.empty() ? " " : entry.recipient);
    if (entry.original_recipient != entry.recipient)
        append_line(text, "original_recipient", entry.original_recipient);
    if (entry.offset > 0) append_line(text, "offset", std::to_string(entry.offset));
    append_line(text, "dsn_orig_rcpt", entry.dsn_orcpt);
    if (entry.notify.bits != 0)
        append_line(text, "notify_flags", std::to_string(entry.notify.bits));
    append_line(text, "status", entry.status);
    append_line(text, "action", entry.action);
    append_line(text, "diag_type", entry.diag_type);
    append_line(text, "diag_text", entry.diag_text);
    append_line(text, "mta_type", entry.mta_type);
    append_line(text, "mta_mname", entry.mta_name);
    append_line(text, "reason", entry.reason);
    return text += '\n';
}

LogReader::LogReader(Fd file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

Result<std::optional<LogEntry>> LogReader::next() {
    LogEntry entry;
    for (;;) {
        auto line = next_line();
        if (!line) return line.error();
        if (*line && !(*line)->empty()) {
            take_line(entry, **line);
            continue;
        }
        if (!entry.recipient.empty()) return std::optional(std::move(entry));
        if (!*line) return std::optional<LogEntry>();
        entry = LogEntry();   // what a torn one says is not about the next
    }
}

/// A line longer than longest_line comes in pieces, of which only the first means anything.
Result<std::optional<std::string>> LogReader::next_line() {
    for (;;) {
        const std::size_t end = buffer_.find('\n', position_);
        if (end != buffer_.npos || at_end_ || buffer_.size() - position_ > longest_line) {
            if (position_ == buffer_.size()) return std::optional<std::string>();
            std::string line = buffer_.substr(position_, end - position_);
            position_ = end == buffer_.npos ? buffer_.size() : end + 1;
            return std::optional(std::move(line));
        }
        if (auto more = fill(); !more) return more.error();
    }
}

Result<void> LogReader::fill() {
    buffer_.erase(0, std::exchange(position_, 0));
    const std::size_t kept = buffer_.size();
    buffer_.resize(kept + read_size);
    auto got = read_at(file_.get(), std::span(buffer_).subspan(kept), offset_, name_);
    buffer_.resize(kept + (got ? *got : 0));
    if (!got) return got.error();
    offset_ += static_cast<off_t>(*got);
    at_end_ = *got == 0;
    return success();
}

Result<std::optional<LogReader>> open_log(const Spool& spool, Queue log, const QueueId& id) {
    auto file = spool.open_file(log, id, O_RDONLY);
    if (!file) return file.error();
    if (!*file) return std::optional<LogReader>();
    return std::optional(LogReader(std::move(**file), spool.path(log, id)));
}

Result<std::vector<LogEntry>> read_log(const Spool& spool, Queue log, const QueueId& id) {
    std::vector<LogEntry> entries;
    auto reader = open_log(spool, log, id);
    if (!reader) return reader.error();
    while (*reader) {
        auto entry = (*reader)->next();
        if (!entry) return entry.error();
        if (!*entry) break;
        entries.push_back(std::move(**entry));
    }
    return entries;
}

Result<void> append_log(const Spool& spool, Queue log, const QueueId& id,
                        const std::vector<LogEntry>& entries, bool sync, LogForm form) {
    auto opened = spool.open_file(log, id, O_WRONLY | O_CREAT | O_APPEND, log_mode);
    if (!opened) return opened.error();
    const std::string path = spool.path(log, id);
    if (!*opened) return temporary(path + ": cannot be created");
    const int file = (*opened)->get();
    if (auto locked = lock(file, LockKind::exclusive, path); !locked) return locked;
    auto before = status_of(file, path);
    if (!before) return before.error();
    std::string text;
    for (const LogEntry& entry : entries)
        text += coded(entry, form);
    auto written = write_all(file, text, path);
    if (written && sync && fsync(file) != 0) written = system_error("sync " + path);
    if (!written) std::ignore = ftruncate(file, before->st_size);  // the error is told already
    return written;
}

Result<bool> remove_log(const Spool& spool, Queue log, const QueueId& id) {
    return spool.remove(log, id);
}

}  // namespace postern::queue
