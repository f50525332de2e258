// Log lines: what a process says about its work, gathered for some milliseconds and written to
// where the administrator reads it (lib/base/log_sink.h, lib/base/open_log.h).
//
//     log.warning("{}: table {} is down: {}", parameter, table, error.text);
//
// becomes "Nov 24 15:09:01 host postfix/smtpd[4711]: warning: virtual_alias_maps: table ...".
// What happened to mail is no text but an event of lib/report, which ends in `info` here.
//
// One thread only: jobs of event::Pool return what is to be said.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/pace.h"
#include "lib/base/unsent_lines.h"

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern {

/// info: what happened to mail. warning: somebody should act. error: a job failed. fatal: this
/// process cannot do its work. panic: a bug of ours.
enum class Severity { info, warning, error, fatal, panic };

/// "warning: " and so on, with which the text of a line begins; nothing for info.
std::string_view severity_prefix(Severity severity) noexcept;
/// By name, in any case: info, warn, warning, error, fatal, panic.
std::optional<Severity> parse_severity(std::string_view name) noexcept;

/// One line. `text` is one line of printable UTF-8, without the severity's prefix.
struct LogLine {
    WallTime when;
    Severity severity = Severity::info;
    std::string tag;            ///< "postfix/smtpd": syslog_name, then the name of the program
    std::uint64_t number = 0;   ///< in brackets: the process, or a session of it
    std::string text;

    /// "postfix/smtpd[4711]: warning: text".
    std::string tagged_text() const;
    std::size_t size() const noexcept { return tag.size() + text.size() + 24; }
};

/// Where lines go.
class LogSink {
public:
    virtual ~LogSink() = default;
    /// For how long lines may be gathered while there are many; zero: to the end of the loop's turn.
    virtual milliseconds patience() const noexcept = 0;
    /// Takes the first lines, and says how many: the others will be offered again. Does not wait,
    /// except when the process ends (`is_last`): then for a second at most.
    virtual std::size_t write(std::span<const LogLine> lines, bool is_last) = 0;
};

/// Connects a log with the loop: calls LogBook::flush() after `wait` at the latest. Implemented by
/// lib/service; a command has none, and its lines are written at once.
class LogSchedule {
public:
    virtual ~LogSchedule() = default;
    virtual void flush_within(milliseconds wait) = 0;
};

/// Gathers the lines of a process and hands them to its sinks when the turn of the loop ends; where
/// more turns have lines than once in the patience of the sink, for longer than a burst, those of
/// many turns together. At 4 KiB, and from `warning` upwards, at once. Its end writes what is left.
/// Lines that no sink takes are kept up to 1 MiB; then the oldest go, and a warning tells how many.
class LogBook {
public:
    /// Says everything, then ends the process: exit status 1. Main may put another one in, which
    /// does not return. What a fatal or panic line means for who waits for this process is its
    /// business; the lines have been written when it is called.
    using End = std::function<void(Severity)>;

    /// `tag` as in LogLine; the number is the process id.
    explicit LogBook(std::string tag, const Clock& clock = system_clock());
    ~LogBook();
    LogBook(const LogBook&) = delete;

    /// Each sink gets every line that comes from now on.
    void add(std::unique_ptr<LogSink> sink);
    /// Takes all sinks out again: before main.cf is read, lines go elsewhere than after it.
    void remove_sinks();
    void set_tag(std::string tag) { tag_ = std::move(tag); }
    const std::string& tag() const noexcept { return tag_; }
    void set_schedule(LogSchedule* schedule) noexcept { schedule_ = schedule; }
    /// Where it is marked that lines are gathered, so that whoever writes them with the lines of
    /// others can keep the order. Outlives the book. Without it no line waits for the next turn.
    void set_unsent_lines(UnsentLines* page) noexcept;
    void set_end(End end) { end_ = std::move(end); }
    /// -v once or more.
    void set_verbosity(int level) noexcept { verbosity_ = level; }
    int verbosity() const noexcept { return verbosity_; }

    /// A line of now, or of `when`. Control characters and broken UTF-8 become `?`, newlines too;
    /// above 2,000 bytes it is cut.
    void add_line(Severity severity, std::uint64_t number, std::string_view text,
                  std::optional<WallTime> when = {});
    void flush();
    [[noreturn]] void end(Severity severity);

    /// Keeps a place in the order of the lines of all processes for a line of now that can only be
    /// said in a moment, by this process or by another that is told the number: what comes after
    /// it waits, UnsentLines::patience at most.
    std::int64_t keep_place();
    /// The line of a kept place has been added, or there will be none.
    void fill_place(std::int64_t place);

    WallTime now() const { return clock_.wall(); }
    std::uint64_t process_number() const noexcept { return process_number_; }
    /// In a child after fork(): the lines that the parent will write are dropped here, and lines
    /// bear the child's number.
    void after_fork();

private:
    struct Output;
    void mark_unsent();
    void all_is_sent();
    void write_out(bool is_last);
    milliseconds patience() const noexcept;
    void flush_in_time(Severity severity);

    std::string tag_;
    const Clock& clock_;
    std::uint64_t process_number_;
    std::vector<Output> outputs_;
    LogSchedule* schedule_ = nullptr;
    UnsentLines* page_ = nullptr;
    std::vector<std::int64_t> marks_;   // in the page: of the oldest line here, and filled places
    Pace pace_{16};   // few enough not to be felt, enough for all that one message has to say
    End end_;
    int verbosity_ = 0;
    bool is_flush_due_ = false;
};

/// A place kept in the order of the log (LogBook::keep_place), until it ends.
class LogPlace {
public:
    explicit LogPlace(LogBook& book) : book_(&book), number_(book.keep_place()) {}
    LogPlace(LogPlace&& other) noexcept
        : book_(std::exchange(other.book_, nullptr)), number_(other.number_) {}
    LogPlace& operator=(LogPlace&& other) noexcept {
        std::swap(book_, other.book_);
        std::swap(number_, other.number_);
        return *this;
    }
    ~LogPlace() {
        if (book_) book_->fill_place(number_);
    }

private:
    LogBook* book_;
    std::int64_t number_;
};

/// What the parts of a program speak through: a LogBook under one number, the process's or a
/// session's. A value, cheap to copy; the book outlives it.
class Log {
public:
    explicit Log(LogBook& book) : Log(book, book.process_number(), book.verbosity()) {}

    /// The same log under a session's number; more talkative by `more` levels (debug_peer_level).
    Log numbered(std::uint64_t number, int more = 0) const {
        return Log(*book_, number, verbosity_ + more);
    }
    std::uint64_t number() const noexcept { return number_; }
    LogBook& book() const noexcept { return *book_; }

    template <class... A>
    void info(fmt::format_string<A...> format, A&&... values) const {
        line(Severity::info, fmt::format(format, std::forward<A>(values)...));
    }
    template <class... A>
    void warning(fmt::format_string<A...> format, A&&... values) const {
        line(Severity::warning, fmt::format(format, std::forward<A>(values)...));
    }
    template <class... A>
    void error(fmt::format_string<A...> format, A&&... values) const {
        line(Severity::error, fmt::format(format, std::forward<A>(values)...));
    }
    /// Writes everything and ends the process. For main and for what main calls before it serves;
    /// a library that ends its process says so in its header.
    template <class... A>
    [[noreturn]] void fatal(fmt::format_string<A...> format, A&&... values) const {
        line(Severity::fatal, fmt::format(format, std::forward<A>(values)...));
        book_->end(Severity::fatal);
    }
    template <class... A>
    [[noreturn]] void panic(fmt::format_string<A...> format, A&&... values) const {
        line(Severity::panic, fmt::format(format, std::forward<A>(values)...));
        book_->end(Severity::panic);
    }
    /// For whoever looks for an error: a line of severity info when -v was given `level` times.
    template <class... A>
    void verbose(int level, fmt::format_string<A...> format, A&&... values) const {
        if (is_verbose(level)) info(format, std::forward<A>(values)...);
    }
    bool is_verbose(int level = 1) const noexcept { return verbosity_ >= level; }

    /// A line that is text already, of now or of `when`.
    void line(Severity severity, std::string_view text, std::optional<WallTime> when = {}) const {
        book_->add_line(severity, number_, text, when);
    }

private:
    Log(LogBook& book, std::uint64_t number, int verbosity)
        : book_(&book), number_(number), verbosity_(verbosity) {}

    LogBook* book_;
    std::uint64_t number_;
    int verbosity_;
};

}  // namespace postern
