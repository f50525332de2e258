// Reports what happened: an event becomes a classic log line, a JSON record where one is wanted,
// and counts.
//
// An event is a struct of one of the headers *_events.h: its text members are views that need to
// live for the report only. It has
//     name            of its JSON record
//     severity        of its line, when it is not info
//     line(wording)   the classic line, without the tag
//     describe(record)  the members of its JSON record
//     count(counters)   when it counts
#pragma once

#include "lib/base/log.h"
#include "lib/report/counters.h"
#include "lib/report/record.h"
#include "lib/report/wording.h"

#include <concepts>

namespace postern::report {

template <class E>
concept Event = requires(const E& event, const Wording& wording, Record& record) {
    { E::name } -> std::convertible_to<std::string_view>;
    { event.line(wording) } -> std::convertible_to<std::string>;
    event.describe(record);
};

/// Speaks for a daemon, or for one session of it. A value, cheap to copy; what it was made of
/// outlives it.
class Reporter {
public:
    /// `records` may be null.
    Reporter(Log log, const Wording& wording, Counters& counters, RecordSink* records = nullptr)
        : log_(log), wording_(&wording), counters_(&counters), records_(records) {}

    /// `when`: it happened earlier, and could not be told before (a queue id was missing).
    template <Event E>
    void report(const E& event, std::optional<WallTime> when = {}) const {
        log_.line(severity_of(event), event.line(*wording_), when);
        if constexpr (requires { event.count(*counters_); }) event.count(*counters_);
        if (!records_) return;
        Record record(E::name);
        event.describe(record);
        write(record, when);
    }

    /// The same under a session's number; session_numbers.h.
    Reporter numbered(std::uint64_t number, int more_verbose = 0) const;

    /// For what is no event: warnings about tables, files, configuration.
    const Log& log() const noexcept { return log_; }
    const Wording& wording() const noexcept { return *wording_; }
    Counters& counters() const noexcept { return *counters_; }

private:
    template <Event E>
    static Severity severity_of(const E& event) {
        if constexpr (requires { event.severity; })
            return event.severity;
        else
            return Severity::info;
    }
    void write(const Record& record, std::optional<WallTime> when) const;

    Log log_;
    const Wording* wording_;
    Counters* counters_;
    RecordSink* records_;
};

}  // namespace postern::report

namespace postern {
using report::Reporter;
}
