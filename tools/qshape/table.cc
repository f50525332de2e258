// Layout; see the header.
#include "tools/qshape/table.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::qshape {

namespace {

/// What of a domain is shown at least.
constexpr std::size_t least_domain = 18;
constexpr std::size_t least_column = 3;

using Line = std::vector<std::string>;   ///< the cells behind the domain

Line heading(const std::vector<minutes>& limits) {
    Line line = {"T"};
    for (const minutes limit : limits) line.push_back(fmt::to_string(limit.count()));
    line.push_back(limits.empty() ? "0+" : line.back() + "+");
    return line;
}

Line cells(const Counts& counts) {
    Line line = {fmt::to_string(counts.total)};
    for (const auto count : counts.by_age) line.push_back(fmt::to_string(count));
    return line;
}

std::vector<std::size_t> widths(const std::vector<Line>& lines) {
    std::vector<std::size_t> widths(lines.front().size(), least_column);
    for (const Line& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size() + 1);
    return widths;
}

/// At most `room` bytes: the end of the name behind a `+`; `.+` shows that it is a parent's.
std::string shortened(const std::string& domain, std::size_t room) {
    if (domain.size() <= room) return domain;
    const std::string_view mark = domain.starts_with('.') ? ".+" : "+";
    const std::size_t kept = least_domain - mark.size();
    return fmt::format("{}{}", mark, std::string_view(domain).substr(domain.size() - kept));
}

}  // namespace

std::string table(const std::vector<Row>& rows, const std::vector<minutes>& limits,
                  std::size_t width) {
    std::vector<Line> lines = {heading(limits)};
    for (const Row& row : rows) lines.push_back(cells(row.counts));
    const auto columns = widths(lines);
    std::size_t used = 0;
    for (const auto column : columns) used += column;
    const std::size_t room = std::max(least_domain, width > used ? width - used : 0);

    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        text += fmt::format("{:>{}}", i == 0 ? "" : shortened(rows[i - 1].domain, room), room);
        for (std::size_t j = 0; j < columns.size(); ++j)
            text += fmt::format("{:>{}}", lines[i][j], columns[j]);
        text += '\n';
    }
    return text;
}

}  // namespace postern::qshape
