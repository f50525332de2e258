// Joining of continuation lines.
#include "lib/config/logical_lines.h"

#include "lib/base/strings.h"

namespace postern::config {

namespace {

/// Takes the first line off `rest`, without its end.
std::string_view take_line(std::string_view& rest) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

bool says_nothing(std::string_view line) {
    const auto text = trim_left(line);
    return text.empty() || text.front() == '#';
}

void end_at_nul(LogicalLine& line) {
    const auto nul = line.text.find('\0');
    if (nul == std::string::npos) return;
    line.text.resize(nul);
    line.has_nul = true;
}

}  // namespace

std::vector<LogicalLine> logical_lines(std::string_view file) {
    std::vector<LogicalLine> lines;
    for (int number = 1; !file.empty(); ++number) {
        const auto line = take_line(file);
        if (says_nothing(line)) continue;
        const bool continues = is_blank(line.front());
        if (continues && !lines.empty() && !lines.back().is_stray) {
            lines.back().text += line;
        } else {
            lines.push_back({std::string(line), number, continues});
        }
    }
    for (LogicalLine& line : lines)
        end_at_nul(line);
    return lines;
}

}  // namespace postern::config
