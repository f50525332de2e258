// Reads lists of patterns.
#include "lib/table/list_pattern.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

constexpr int deepest_file = 10;

std::string without_comments(std::string_view content) {
    std::string lines;
    for (const auto line : split(content, "\r\n"))
        if (!trim_left(line).starts_with('#')) lines += fmt::format("{}\n", line);
    return lines;
}

class Reader {
public:
    explicit Reader(Registry& registry) : registry_(registry) {}

    Result<void> read(std::string_view value, bool is_excluded, int depth) {
        for (auto pattern : split_braced(value)) {
            bool excludes = is_excluded;
            for (; pattern.starts_with('!'); pattern.remove_prefix(1)) excludes = !excludes;
            if (auto added = add(pattern, excludes, depth); !added) return added;
        }
        return success();
    }
    ListPatterns take() { return std::move(list_); }

private:
    Result<void> add(std::string_view pattern, bool is_excluded, int depth) {
        if (pattern.empty()) return permanent("no pattern after '!'");
        if (pattern.starts_with('/')) return add_file(std::string(pattern), is_excluded, depth);
        if (Registry::is_table_name(pattern))
            list_.patterns.push_back({registry_.open_or_unavailable(pattern), is_excluded});
        else
            list_.patterns.push_back({std::string(pattern), is_excluded});
        return success();
    }

    Result<void> add_file(const std::string& path, bool is_excluded, int depth) {
        if (depth == deepest_file) return permanent(path + ": too many files that name files");
        auto content = read_file(path);
        if (!content) return content.error();
        list_.files.push_back(path);
        return read(without_comments(*content), is_excluded, depth + 1);
    }

    Registry& registry_;
    ListPatterns list_;
};

}  // namespace

Result<ListPatterns> read_list_patterns(std::string_view value, Registry& registry) {
    Reader reader(registry);
    if (auto done = reader.read(value, false, 0); !done) return done.error();
    return reader.take();
}

}  // namespace postern::table
