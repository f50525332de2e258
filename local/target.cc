// Lists of targets; see the header.
#include "local/target.h"

#include "lib/base/strings.h"
#include "lib/mail/address_header.h"

namespace postern::local {

namespace {

constexpr std::string_view include_mark = ":include:";

/// A colon there begins a group of addresses (RFC 5322 section 3.4), not a file or a command.
bool may_name_group(std::string_view item) {
    item = trim(item);
    return !item.empty() && std::string_view("|/:\"").find(item.front()) == std::string_view::npos;
}

/// The items of one line, split at commas outside quotes and groups.
std::vector<std::string> items_of(std::string_view line) {
    std::vector<std::string> items(1);
    bool in_quotes = false, in_group = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '\\' && i + 1 < line.size()) {
            items.back() += c;
            items.back() += line[++i];
        } else if (c == ',' && !in_quotes && !in_group) {
            items.emplace_back();
        } else {
            if (c == '"') in_quotes = !in_quotes;
            if (!in_quotes && c == ':' && may_name_group(items.back())) in_group = true;
            if (!in_quotes && c == ';') in_group = false;
            items.back() += c;
        }
    }
    return items;
}

/// The text between quotes, backslashes taken off.
std::string unquoted(std::string_view item) {
    std::string text;
    for (std::size_t i = 0; i < item.size(); ++i) {
        if (item[i] == '"') continue;
        if (item[i] == '\\' && i + 1 < item.size()) ++i;
        text += item[i];
    }
    return text;
}

void add_target(std::vector<Target>& targets, std::string_view item) {
    item = trim(item);
    if (item.empty()) return;
    const std::string plain = item.front() == '"' ? unquoted(item) : std::string(item);
    if (plain.starts_with('|')) {
        targets.push_back({Target::Kind::command, std::string(trim(plain.substr(1)))});
    } else if (plain.starts_with('/')) {
        targets.push_back({Target::Kind::file, plain});
    } else if (starts_with_same(plain, include_mark)) {
        targets.push_back(
            {Target::Kind::include, std::string(trim(plain.substr(include_mark.size())))});
    } else {
        for (std::string& address : mail::addresses_in(item))
            targets.push_back({Target::Kind::address, std::move(address)});
    }
}

}  // namespace

std::vector<Target> parse_targets(std::string_view text) {
    std::vector<Target> targets;
    for (const std::string_view line : split(text, "\r\n")) {
        if (trim(line).starts_with('#')) continue;
        for (const std::string& item : items_of(line))
            add_target(targets, item);
    }
    return targets;
}

}  // namespace postern::local
