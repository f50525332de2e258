// Datagrams for postlogd put together and taken apart; see the header.
#include "lib/base/log_frame.h"

#include "lib/base/strings.h"

namespace postern {

namespace {

constexpr char mark = 0x01;
constexpr std::size_t line_limit = 4096;
constexpr seconds trusted_difference{10};

std::optional<WallTime> parse_moment(std::string_view text) {
    const auto parts = cut(text, '.');
    if (!parts || parts->second.size() != 6) return std::nullopt;
    const auto whole = parse_number(parts->first);
    const auto fraction = parse_number(parts->second);
    if (!whole || !fraction || *whole > 1'000'000'000'000) return std::nullopt;
    return from_unix(static_cast<std::int64_t>(*whole)) + microseconds(*fraction);
}

WallTime believed(WallTime moment, WallTime arrival) {
    const bool is_near = moment >= arrival - trusted_difference &&
                         moment <= arrival + trusted_difference;
    return is_near ? moment : arrival;
}

SentLogLine read_record(std::string_view record, WallTime arrival) {
    const auto parts = cut(record, ' ');
    const auto moment = parts ? parse_moment(parts->first) : std::nullopt;
    if (!moment) return {arrival, printable(record, line_limit), true};
    return {believed(*moment, arrival), printable(parts->second, line_limit), false};
}

}  // namespace

bool LogFrame::add(const LogLine& line) {
    const std::int64_t second = to_unix(line.when);
    const auto fraction = (line.when - from_unix(second)).count();
    const std::string record =
        fmt::format("{}.{:06} {}\n", second, fraction, line.tagged_text());
    if (!text_.empty() && text_.size() + record.size() > log_frame_limit) return false;
    if (text_.empty()) text_ += mark;
    text_ += record;
    return true;
}

std::vector<SentLogLine> read_log_frame(std::string_view datagram, WallTime arrival) {
    const bool is_frame = datagram.starts_with(mark);
    if (is_frame) datagram.remove_prefix(1);
    std::vector<SentLogLine> lines;
    for (std::string_view line : split(datagram, "\n"))
        lines.push_back(is_frame ? read_record(line, arrival)
                                 : SentLogLine{arrival, printable(line, line_limit), true});
    return lines;
}

}  // namespace postern
