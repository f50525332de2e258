// Lines in order; see the header.
#include "services/postlogd/line_order.h"

#include <fmt/format.h>

namespace postern::postlogd {

namespace {

constexpr std::size_t size_limit = 4 << 20;

}  // namespace

void LineOrder::add(const SentLogLine& line, WallTime arrival) {
    const WallTime when = std::min(line.when, arrival);   // nobody's event is later than now
    std::string text = line.is_complete
                           ? line.text + "\n"
                           : fmt::format("{} {} {}\n", syslog_time(when), host_, line.text);
    bytes_ += text.size();
    lines_.emplace(when, std::move(text));
}

std::string LineOrder::take_until(WallTime complete, WallTime now) {
    const bool is_clock_put_back = !lines_.empty() && lines_.rbegin()->first > now;
    if (bytes_ > size_limit || is_clock_put_back) return take_all();
    return take(lines_.lower_bound(complete));
}

std::string LineOrder::take(Lines::iterator end) {
    std::string text;
    for (auto line = lines_.begin(); line != end; ++line) text += line->second;
    lines_.erase(lines_.begin(), end);
    bytes_ -= text.size();
    return text;
}

}  // namespace postern::postlogd
