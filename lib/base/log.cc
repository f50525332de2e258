// Lines gathered for their sinks; see the header.
#include "lib/base/log.h"

#include "lib/base/strings.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace postern {

namespace {

constexpr std::size_t text_limit = 2000;
constexpr std::size_t batch_size = 4096;
constexpr std::size_t backlog_limit = 1 << 20;

constexpr std::array<std::string_view, 5> prefixes{"", "warning: ", "error: ", "fatal: ",
                                                   "panic: "};

}  // namespace

std::string_view severity_prefix(Severity severity) noexcept {
    return prefixes[static_cast<std::size_t>(severity)];
}

std::optional<Severity> parse_severity(std::string_view name) noexcept {
    constexpr std::array<std::pair<std::string_view, Severity>, 6> names{
        {{"info", Severity::info}, {"warn", Severity::warning}, {"warning", Severity::warning},
         {"error", Severity::error}, {"fatal", Severity::fatal}, {"panic", Severity::panic}}};
    for (const auto& [known, severity] : names)
        if (same(known, name)) return severity;
    return std::nullopt;
}

std::string LogLine::tagged_text() const {
    return fmt::format("{}[{}]: {}{}", tag, number, severity_prefix(severity), text);
}

/// A sink and what it has not taken yet.
struct LogBook::Output {
    std::unique_ptr<LogSink> sink;
    std::vector<LogLine> lines;
    std::size_t bytes = 0;
    std::size_t lost = 0;

    void add(const LogLine& line) {
        lines.push_back(line);
        bytes += line.size();
        while (bytes > backlog_limit) drop_oldest();
    }
    void drop_oldest() {
        const std::size_t half = std::max<std::size_t>(lines.size() / 2, 1);
        lost += half;
        forget(half);
    }
    void forget(std::size_t count) {
        const auto end = lines.begin() + static_cast<std::ptrdiff_t>(count);
        for (auto line = lines.begin(); line != end; ++line) bytes -= line->size();
        lines.erase(lines.begin(), end);
    }
    void write(bool is_last) { forget(std::min(sink->write(lines, is_last), lines.size())); }
};

LogBook::LogBook(std::string tag, const Clock& clock)
    : tag_(std::move(tag)), clock_(clock), process_number_(static_cast<std::uint64_t>(::getpid())) {}

LogBook::~LogBook() { write_out(true); }

void LogBook::add(std::unique_ptr<LogSink> sink) {
    outputs_.push_back({std::move(sink), {}, 0, 0});
}

void LogBook::remove_sinks() {
    write_out(true);
    outputs_.clear();
}

void LogBook::add_line(Severity severity, std::uint64_t number, std::string_view text,
                       std::optional<WallTime> when) {
    mark_unsent();   // before its time is taken
    const LogLine line{when ? *when : clock_.wall(), severity, tag_, number, printable(text, text_limit)};
    for (Output& output : outputs_) output.add(line);
    flush_in_time(severity);
}

void LogBook::set_unsent_lines(UnsentLines* page) noexcept {
    all_is_sent();
    page_ = page;
}

void LogBook::mark_unsent() {
    if (page_ && schedule_ && marks_.empty() && !outputs_.empty())
        marks_.push_back(page_->begin(clock_.wall()));
}

void LogBook::all_is_sent() {
    for (const std::int64_t mark : marks_) page_->end(mark);
    marks_.clear();
}

std::int64_t LogBook::keep_place() {
    return page_ ? page_->begin(clock_.wall()) : UnsentLines::nowhere;
}

void LogBook::fill_place(std::int64_t place) {
    if (!page_ || place == UnsentLines::nowhere) return;
    if (marks_.empty())
        page_->end(place);
    else
        marks_.push_back(place);   // its line is still here
}

milliseconds LogBook::patience() const noexcept {
    // Nobody could put in order what is sent late without a word of it.
    if (!page_ || outputs_.empty()) return milliseconds(0);
    milliseconds least = milliseconds::max();
    for (const Output& output : outputs_) least = std::min(least, output.sink->patience());
    return least;
}

void LogBook::flush_in_time(Severity severity) {
    if (severity != Severity::info || !schedule_) return flush();
    for (const Output& output : outputs_)
        if (output.bytes >= batch_size) return flush();
    if (outputs_.empty() || std::exchange(is_flush_due_, true)) return;
    schedule_->flush_within(pace_.wait(clock_.monotonic(), patience()));
}

void LogBook::flush() { write_out(false); }

void LogBook::write_out(bool is_last) {
    is_flush_due_ = false;
    bool is_behind = false, had_lines = false;
    for (Output& output : outputs_) {
        had_lines = had_lines || !output.lines.empty();
        if (!output.lines.empty()) output.write(is_last);
        if (output.lines.empty() && output.lost > 0)
            output.add({clock_.wall(), Severity::warning, tag_, process_number_,
                        fmt::format("{} log lines were lost: nobody took them",
                                    std::exchange(output.lost, 0))});
        is_behind = is_behind || !output.lines.empty();
    }
    if (had_lines) pace_.spend(clock_.monotonic(), patience());
    if (!is_behind) return all_is_sent();
    if (schedule_ && !std::exchange(is_flush_due_, true))
        schedule_->flush_within(milliseconds(15));
}

void LogBook::end(Severity severity) {
    write_out(true);
    if (end_) end_(severity);
    std::fflush(nullptr);
    std::_Exit(EXIT_FAILURE);   // other threads may be at work on what destructors would take away
}

void LogBook::after_fork() {
    process_number_ = static_cast<std::uint64_t>(::getpid());
    marks_.clear();   // of the parent's lines
    for (Output& output : outputs_) output.forget(output.lines.size());
}

}  // namespace postern
