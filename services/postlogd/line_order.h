// Puts the lines of many processes in the order of their events: each is kept until nobody can have
// an earlier one.
#pragma once

#include "lib/base/log_frame.h"

#include <map>
#include <string>

namespace postern::postlogd {

class LineOrder {
public:
    /// `host` stands in the lines.
    explicit LineOrder(std::string host) : host_(std::move(host)) {}

    void add(const SentLogLine& line, WallTime arrival);

    /// The text of all lines of before `complete`, in order, and removes them; of all lines at all,
    /// when more than 4 MiB have gathered, or when the clock was put back.
    std::string take_until(WallTime complete, WallTime now);
    std::string take_all() { return take(lines_.end()); }
    bool empty() const noexcept { return lines_.empty(); }

private:
    using Lines = std::multimap<WallTime, std::string>;   // equal times stay as they came
    std::string take(Lines::iterator end);

    std::string host_;
    Lines lines_;
    std::size_t bytes_ = 0;
};

}  // namespace postern::postlogd
