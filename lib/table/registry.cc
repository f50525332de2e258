// Opens tables by name, each once.
#include "lib/table/registry.h"

#include "lib/base/spelling.h"
#include "lib/base/strings.h"
#include "lib/table/braces.h"
#include "lib/table/open_table.h"
#include "lib/table/types.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace postern::table {

namespace {

struct Name {
    std::string_view type, name;
};

/// Nothing when `text` is not "type:name".
std::optional<Name> parse(std::string_view text) {
    auto parts = cut(text, ':');
    if (!parts || parts->first.empty() || parts->second.empty()) return std::nullopt;
    return Name{parts->first, parts->second};
}

Error not_a_name(std::string_view text) {
    return permanent(fmt::format(
        "open dictionary: expecting \"type:name\" form instead of \"{}\"", text));
}

std::string unknown_type(std::string_view type) {
    auto text = fmt::format("unsupported dictionary type: {}", type);
    const auto nearest = std::ranges::min(
        types(), {}, [type](const Type& known) { return spelling_distance(type, known.name); });
    if (spelling_distance(type, nearest.name) <= 2)
        text += fmt::format(" (is it \"{}\"?)", nearest.name);
    return text;
}

/// The file that a table of this name is read from, whether it is there or not.
std::vector<std::string> files_of(std::string_view name) {
    const auto parsed = parse(name);
    const Type* type = parsed ? find_type(parsed->type) : nullptr;
    if (!type || !type->file_suffix || parsed->name.starts_with('{')) return {};
    return {std::string(parsed->name) + type->file_suffix};
}

int bits_of(const OpenOptions& options) {
    return options.fold_case | options.fold_pattern_case << 1 | options.utf8 << 2 |
           options.in_place << 3 | options.is_sensitive << 4;
}

/// The kind of a list of tables: one pattern makes it one.
KeyKind kind_of_list(std::string_view list) {
    auto names = braced_list(list);
    if (!names) return KeyKind::exact;
    const bool has_pattern = std::ranges::any_of(*names, [](const std::string& name) {
        return Registry::key_kind_of(name) == KeyKind::pattern;
    });
    return has_pattern ? KeyKind::pattern : KeyKind::exact;
}

}  // namespace

Registry::Registry(Settings settings, Surroundings surroundings)
    : settings_(settings), surroundings_(std::move(surroundings)) {}

Registry::~Registry() = default;

void Registry::warn(const std::string& text) const {
    if (surroundings_.warn) surroundings_.warn(text);
}

Result<std::shared_ptr<Table>> Registry::open(std::string_view name, OpenOptions options) {
    options.utf8 = options.utf8 && settings_.smtputf8_enable;
    constexpr std::string_view by_proxy = "proxy:";
    if (options.is_sensitive && name.starts_with(by_proxy)) name.remove_prefix(by_proxy.size());
    const auto key = std::pair(std::string(name), bits_of(options));
    if (auto found = open_.find(key); found != open_.end()) return found->second;
    auto own = own_name(name);
    if (!own) return own.error();
    auto opened = open_new(*own, options);
    if (opened) open_.emplace(key, *opened);
    return opened;
}

Result<std::string> Registry::own_name(std::string_view name) {
    auto target = settings_.migration.target(name, *this);
    if (!target) return target.error();
    if (!*target) return std::string(name);
    if (settings_.migration.is_logged() && surroundings_.inform)
        surroundings_.inform(fmt::format("redirecting {} to {}", name, **target));
    return std::move(**target);
}

Result<std::shared_ptr<Table>> Registry::open_new(std::string_view name, OpenOptions options) {
    const auto parsed = parse(name);
    if (!parsed) return not_a_name(name);
    const Type* type = find_type(parsed->type);
    if (!type) return permanent(unknown_type(parsed->type));
    auto dictionary = type->open({std::string(parsed->name), options, *this});
    if (!dictionary) return dictionary.error();
    return make_table_of(std::string(name), std::move(*dictionary), options,
                         [this](const std::string& text) { warn(text); });
}

std::shared_ptr<Table> Registry::open_or_unavailable(std::string_view name, OpenOptions options) {
    auto opened = open(name, options);
    if (opened) return *opened;
    if (surroundings_.error) surroundings_.error(opened.error().text);
    auto table = unavailable_table(std::string(name), opened.error().text, files_of(name),
                                   [this](const std::string& text) { warn(text); });
    options.utf8 = options.utf8 && settings_.smtputf8_enable;
    open_.emplace(std::pair(std::string(name), bits_of(options)), table);
    return table;
}

Result<Maps> Registry::open_maps(std::string_view parameter, std::string_view value,
                                 OpenOptions options) {
    std::vector<std::shared_ptr<Table>> tables;
    for (auto piece : split_braced(value)) {
        auto bare = piece.starts_with('{') ? inside_braces(piece)
                                          : Result<std::string>(std::string(piece));
        if (!bare) return bare.error().in(parameter);
        if (!parse(*bare)) return not_a_name(*bare).in(parameter);
        tables.push_back(open_or_unavailable(*bare, options));
    }
    return Maps(std::move(tables));
}

bool Registry::is_table_name(std::string_view name) {
    const auto parsed = parse(name);
    return parsed && find_type(parsed->type);
}

KeyKind Registry::key_kind_of(std::string_view name) {
    const auto parsed = parse(name);
    const Type* type = parsed ? find_type(parsed->type) : nullptr;
    if (!type) return KeyKind::exact;
    if (type->name == "proxy" || type->name == "debug") return key_kind_of(parsed->name);
    if (type->name == "unionmap" || type->name == "pipemap") return kind_of_list(parsed->name);
    return type->key_kind;
}

std::vector<std::string> Registry::type_names() {
    std::vector<std::string> names;
    for (const Type& type : types()) names.emplace_back(type.name);
    return names;
}

std::vector<std::string> Registry::watched_files() const {
    std::set<std::string> files;
    for (const auto& [name, table] : open_)
        for (auto& file : table->watched_files()) files.insert(std::move(file));
    return {files.begin(), files.end()};
}

}  // namespace postern::table
