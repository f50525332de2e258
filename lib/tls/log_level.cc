// Log levels; see the header.
#include "lib/tls/log_level.h"

#include "lib/base/strings.h"

namespace postern::tls {

std::optional<LogLevel> LogLevel::parse(std::string_view text) {
    const auto comma = text.find(',');
    const auto number = parse_number(trim(text.substr(0, comma)));
    if (!number || *number > 4) return std::nullopt;
    const std::string_view word = comma == text.npos ? "" : trim(text.substr(comma + 1));
    if (comma != text.npos && !same(word, "trace")) return std::nullopt;
    return LogLevel{static_cast<int>(*number), !word.empty()};
}

/// ".example.com", ".com"; without the dot where the list of such parameters has ours.
Task<table::Found> LogLevels::find_parent(std::string name) const {
    for (auto dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
        const std::string key = name.substr(parents_match_ ? dot + 1 : dot);
        auto found = co_await maps_.find_partial(key);
        if (!found || *found) co_return found;
    }
    co_return std::nullopt;
}

/// "192.0.2", "192.0", "192"; "2001:db8", "2001".
Task<table::Found> LogLevels::find_network(std::string address) const {
    const char separator = address.find(':') == address.npos ? '.' : ':';
    for (auto end = address.rfind(separator); end != address.npos && end > 0;
         end = address.rfind(separator, end - 1)) {
        const std::string key = address.substr(0, end);
        auto found = co_await maps_.find_partial(key);
        if (!found || *found) co_return found;
    }
    co_return std::nullopt;
}

Task<table::Found> LogLevels::find(std::string name, std::string address) const {
    if (!name.empty()) {
        auto found = co_await maps_.find(name);
        if (!found || *found) co_return found;
        auto above = co_await find_parent(name);
        if (!above || *above) co_return above;
    }
    auto found = co_await maps_.find(address);
    if (!found || *found) co_return found;
    co_return co_await find_network(address);
}

Task<LogLevel> LogLevels::of(std::string name, std::string address, Log log) const {
    if (maps_.empty()) co_return usual_;
    auto found = co_await find(std::move(name), std::move(address));
    if (!found) log.warning("{}: {}", parameter_, found.error().text);
    if (!found || !*found || same(trim(**found), "DUNNO")) co_return usual_;
    const auto level = LogLevel::parse(trim(**found));
    if (!level) log.warning("{}: \"{}\" is no TLS log level", parameter_, printable(**found, 100));
    co_return level.value_or(usual_);
}

}  // namespace postern::tls
