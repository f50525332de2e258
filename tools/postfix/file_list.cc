// Rows of postfix-files(5); see the header.
#include "tools/postfix/file_list.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace postern::postfix {

namespace {

constexpr mode_t all_bits = 07777;

/// name:type:owner:group:permission:flags; those that are left out, or "-", are empty.
std::array<std::string_view, 6> fields_of(std::string_view line) {
    std::array<std::string_view, 6> fields;
    for (std::string_view& field : fields) {
        const auto end = line.find(':');
        field = trim(line.substr(0, end));
        if (field == "-") field = {};
        if (end == line.npos) break;
        line.remove_prefix(end + 1);
    }
    return fields;
}

std::optional<mode_t> parse_mode(std::string_view text) {
    mode_t mode = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (failure != std::errc() || end != text.data() + text.size() || mode > all_bits) return {};
    return mode;
}

}  // namespace

Result<std::optional<ListedFile>> parse_listed_file(std::string_view line) {
    line = trim(line);
    if (line.empty() || line.front() == '#') return std::optional<ListedFile>();
    const auto [name, type, owner, group, mode, flags] = fields_of(line);
    if (name.empty() || (name.front() != '/' && name.front() != '$'))
        return permanent(fmt::format("not a whole path: \"{}\"", name));
    if (type.size() != 1 || std::string_view("dfhl").find(type.front()) == std::string_view::npos)
        return permanent(fmt::format("{}: unknown type: \"{}\"", name, type));
    ListedFile row{std::string(name),  static_cast<ListedFile::Type>(type.front()),
                   std::string(owner), std::string(group), 0, std::string(flags)};
    if (owner.empty())
        return permanent(fmt::format("{}: {}", name, row.is_link() ? "leads nowhere" : "no owner"));
    if (row.is_link()) return std::optional(std::move(row));
    const auto bits = parse_mode(mode);
    if (!bits) return permanent(fmt::format("{}: bad permissions: \"{}\"", name, mode));
    row.mode = *bits;
    return std::optional(std::move(row));
}

}  // namespace postern::postfix
