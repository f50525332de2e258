#include "lib/mail/domain_list.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::mail {

namespace {

constexpr int deepest_file = 10;

// The lines of a list file, without comments.
std::string without_comments(std::string_view content) {
    std::string lines;
    for (const std::string_view line : split(content, "\r\n")) {
        if (!trim_left(line).starts_with('#')) lines.append(line).append("\n");
    }
    return lines;
}

}  // namespace

Result<DomainList> DomainList::open(std::string_view parameter, std::string_view value,
                                    Subdomains subdomains, table::Registry& tables) {
    DomainList list;
    list.subdomains_ = subdomains;
    auto added = list.add(value, tables, 0, false);
    if (!added) return added.error().in(parameter);
    return list;
}

Result<void> DomainList::add(std::string_view value, table::Registry& tables, int depth,
                             bool is_excluded) {
    for (std::string_view pattern : split_braced(value)) {
        bool is_negative = is_excluded;
        for (; pattern.starts_with('!'); pattern.remove_prefix(1))
            is_negative = !is_negative;
        auto added = add_pattern(pattern, tables, depth, is_negative);
        if (!added) return added;
    }
    return success();
}

Result<void> DomainList::add_pattern(std::string_view pattern, table::Registry& tables, int depth,
                                     bool is_excluded) {
    if (pattern.empty()) return permanent("nothing after \"!\"");
    if (pattern.starts_with('/')) {
        if (depth == deepest_file)
            return permanent(fmt::format("{}: too many files in files", pattern));
        auto content = read_file(std::string(pattern));
        if (!content) return content.error();
        files_.emplace_back(pattern);
        return add(without_comments(*content), tables, depth + 1, is_excluded);
    }
    if (table::Registry::is_table_name(pattern)) {
        patterns_.push_back({tables.open_or_unavailable(pattern), is_excluded});
        has_tables_ = true;
    } else {
        patterns_.push_back({lower(pattern), is_excluded});
    }
    return success();
}

bool DomainList::matches(std::string_view pattern, std::string_view domain) const noexcept {
    if (same(pattern, domain)) return true;
    if (subdomains_ == Subdomains::never) return false;
    if (pattern.starts_with('.')) {
        return subdomains_ == Subdomains::dotted && domain.size() > pattern.size() &&
               ends_with_same(domain, pattern);
    }
    return subdomains_ == Subdomains::always && domain.size() > pattern.size() &&
           domain[domain.size() - pattern.size() - 1] == '.' && ends_with_same(domain, pattern);
}

Answer<Result<bool>> DomainList::has(std::string_view domain) const {
    if (has_tables_) return has_in_tables(domain);
    const auto found =
        std::find_if(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
            return matches(std::get<std::string>(pattern.what), domain);
        });
    return Result<bool>(found != patterns_.end() && !found->is_excluded);
}

Task<Result<bool>> DomainList::has_in_tables(std::string_view domain) const {
    for (const Pattern& pattern : patterns_) {
        bool is_match = false;
        if (const auto* name = std::get_if<std::string>(&pattern.what)) {
            is_match = matches(*name, domain);
        } else {
            auto found =
                co_await is_key(*std::get<std::shared_ptr<table::Table>>(pattern.what), domain);
            if (!found) co_return found.error();
            is_match = *found;
        }
        if (is_match) co_return !pattern.is_excluded;
    }
    co_return false;
}

Task<Result<bool>> DomainList::is_key(table::Table& table, std::string_view domain) const {
    const bool has_partial_keys = table.key_kind() == table::KeyKind::exact;
    for (std::string_view key = domain;;) {
        auto found = co_await table.find(key);
        if (!found) co_return found.error();
        if (*found) co_return true;
        const auto dot = key.find('.', 1);
        if (subdomains_ == Subdomains::never || !has_partial_keys || dot == key.npos)
            co_return false;
        key.remove_prefix(subdomains_ == Subdomains::always ? dot + 1 : dot);
    }
}

Subdomains subdomains_of(std::string_view parameter,
                         const std::vector<std::string>& parent_matching) {
    const bool is_listed =
        std::any_of(parent_matching.begin(), parent_matching.end(),
                    [parameter](const std::string& name) { return name == parameter; });
    return is_listed ? Subdomains::always : Subdomains::dotted;
}

}  // namespace postern::mail
