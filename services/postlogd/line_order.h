// Puts the lines of many processes in the order of their events. Each process sends its lines some
// milliseconds late; so they are kept for a moment until nobody can have an earlier one.
#pragma once

#include "lib/base/log_frame.h"

#include <map>
#include <string>

namespace postern::postlogd {

class LineOrder {
public:
    static constexpr milliseconds patience{50};

    /// `host` stands in the lines.
    explicit LineOrder(std::string host) : host_(std::move(host)) {}

    void add(const SentLogLine& line, WallTime arrival);

    /// The text of all lines whose time was at least `patience` before `now`, in order, and removes
    /// them; all of them, when more than 4 MiB have gathered.
    std::string take_due(WallTime now);
    std::string take_all() { return take_until(lines_.end()); }
    bool empty() const noexcept { return lines_.empty(); }

private:
    using Lines = std::multimap<WallTime, std::string>;   // equal times stay as they came
    std::string take_until(Lines::iterator end);

    std::string host_;
    Lines lines_;
    std::size_t bytes_ = 0;
};

}  // namespace postern::postlogd
