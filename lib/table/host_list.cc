// Lists of hosts.
#include "lib/table/host_list.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::table {

struct HostList::Host {
    std::string_view name;
    std::optional<IpAddress> address;
};

namespace {

using Name = std::string;
using Tables = std::shared_ptr<Table>;

/// The next shorter key for a name's parents; empty at the end.
std::string_view parent_key(std::string_view key, bool parents_match) {
    const auto dot = key.find('.', 1);
    if (dot == key.npos) return {};
    return key.substr(parents_match ? dot + 1 : dot);
}

}  // namespace

Result<std::variant<std::string, Network>> HostList::parse(const std::string& text) {
    using Parsed = std::variant<std::string, Network>;
    if (!looks_like_network(text)) return Parsed(lower(text));
    if (!text.starts_with('[') && text.find(':') != text.npos)
        return permanent(IpAddress::parse(text.substr(0, text.find('/')))
                             ? fmt::format("IPv6 address \"{}\" must be inside []", text)
                             : fmt::format("unsupported dictionary type: {}",
                                           text.substr(0, text.find(':'))));
    auto network = Network::parse(text);
    if (!network) return network.error();
    return Parsed(*network);
}

Result<HostList> HostList::open(std::string_view parameter, std::string_view value,
                                bool parents_match, Registry& registry) {
    auto read = read_list_patterns(value, registry);
    if (!read) return read.error().in(parameter);
    HostList list;
    list.parents_match_ = parents_match;
    list.files_ = std::move(read->files);
    for (auto& [what, is_excluded] : read->patterns) {
        if (auto* table = std::get_if<Tables>(&what)) {
            list.patterns_.push_back({std::move(*table), is_excluded});
            continue;
        }
        auto parsed = parse(std::get<std::string>(what));
        if (!parsed) return parsed.error().in(parameter);
        if (auto* network = std::get_if<Network>(&*parsed))
            list.patterns_.push_back({*network, is_excluded});
        else
            list.patterns_.push_back({std::move(std::get<Name>(*parsed)), is_excluded});
    }
    return list;
}

bool HostList::matches_name(std::string_view pattern, std::string_view name) const noexcept {
    if (same(pattern, name)) return true;
    if (name.size() <= pattern.size() || !ends_with_same(name, pattern)) return false;
    if (!parents_match_) return pattern.starts_with('.');
    return name[name.size() - pattern.size() - 1] == '.';
}

/// Nothing: a table must say.
std::optional<bool> HostList::matches(const Pattern& pattern, const Host& host) const {
    if (const auto* network = std::get_if<Network>(&pattern.what))
        return host.address && network->contains(*host.address);
    if (const auto* name = std::get_if<Name>(&pattern.what)) return matches_name(*name, host.name);
    return std::nullopt;
}

Answer<Result<bool>> HostList::has(std::string_view name, std::string_view address) const {
    const Host host{name, IpAddress::parse(address)};
    for (const Pattern& pattern : patterns_) {
        const auto is_match = matches(pattern, host);
        if (!is_match) return search_with_tables(name, address);
        if (*is_match) return Result<bool>(!pattern.is_excluded);
    }
    return Result<bool>(false);
}

Task<Result<bool>> HostList::search_with_tables(std::string_view name,
                                                std::string_view address) const {
    const Host host{name, IpAddress::parse(address)};
    for (const Pattern& pattern : patterns_) {
        Result<bool> is_match(false);
        if (const auto* table = std::get_if<Tables>(&pattern.what))
            is_match = co_await is_in(**table, name, address);
        else
            is_match = *matches(pattern, host);
        if (!is_match) co_return is_match;
        if (*is_match) co_return !pattern.is_excluded;
    }
    co_return false;
}

Task<Result<bool>> HostList::is_in(Table& table, std::string_view name,
                                   std::string_view address) const {
    for (std::string_view key = name; !key.empty(); key = parent_key(key, parents_match_)) {
        auto found = co_await table.find(key);
        if (!found) co_return found.error();
        if (*found) co_return true;
        if (table.key_kind() == KeyKind::pattern) break;
    }
    if (address.empty()) co_return false;
    auto found = co_await table.find(address);
    if (!found) co_return found.error();
    co_return found->has_value();
}

}  // namespace postern::table
