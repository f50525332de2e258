// maillog_file, written to. What cannot be written is kept for later, up to a bound.
#pragma once

#include "lib/base/fd.h"
#include "lib/base/log.h"

#include <string>
#include <string_view>

namespace postern::postlogd {

class LogFile {
public:
    /// `log` hears of what goes wrong; it goes elsewhere. A write that takes longer than `timeout`
    /// (postlogd_watchdog_timeout) ends the process, for master to start another one. Zero: no such
    /// bound.
    LogFile(Fd file, std::string name, const Log& log, seconds timeout)
        : file_(std::move(file)), name_(std::move(name)), log_(log), timeout_(timeout) {}

    /// Whole lines. A full disk is warned of once, until it is over; then what was kept comes first,
    /// and how much was not kept is told.
    void write(std::string_view lines);
    bool has_backlog() const noexcept { return !backlog_.empty(); }

private:
    std::size_t put(std::string_view lines);
    void keep(std::string_view lines);
    void say_what_was_lost();

    Fd file_;
    std::string name_;
    Log log_;
    seconds timeout_;
    std::string backlog_;
    std::size_t lost_ = 0;
    bool has_warned_ = false;
};

}  // namespace postern::postlogd
