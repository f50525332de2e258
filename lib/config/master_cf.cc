// Reading of master.cf, and of what its columns say.
#include "lib/config/master_cf.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/config/logical_lines.h"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <memory>

namespace postern::config {

namespace {

constexpr auto type_names = std::to_array<std::pair<std::string_view, ServiceType>>({
    {"inet", ServiceType::inet},
    {"unix", ServiceType::unix_stream},
    {"unix-dgram", ServiceType::unix_datagram},
    {"fifo", ServiceType::fifo},
    {"pass", ServiceType::pass},
});

/// The columns of one line, taken from the left.
class Columns {
public:
    explicit Columns(std::string_view line) : rest_(line) {}

    Result<std::string_view> take(std::string_view what) {
        rest_ = trim_left(rest_);
        const auto end = std::find_if(rest_.begin(), rest_.end(), is_blank);
        const std::string_view word(rest_.begin(), end);
        rest_.remove_prefix(word.size());
        if (word.empty()) return permanent(fmt::format("missing \"{}\" field", what));
        return word;
    }
    std::string_view rest() const { return trim(rest_); }

private:
    std::string_view rest_;
};

Error bad_field(std::string_view what, std::string_view value) {
    return permanent(fmt::format("invalid {} field \"{}\"", what, printable(value)));
}

Result<bool> take_flag(Columns& columns, std::string_view what, bool otherwise) {
    const auto word = columns.take(what);
    if (!word) return word.error();
    if (*word == "-") return otherwise;
    if (*word == "y") return true;
    if (*word == "n") return false;
    return bad_field(what, *word);
}

Result<void> take_name_and_type(Columns& columns, MasterEntry& entry) {
    const auto name = columns.take("service name");
    if (!name) return name.error();
    const auto word = columns.take("transport type");
    if (!word) return word.error();
    const auto type = parse_service_type(*word);
    if (!type) return bad_field("type", *word);
    entry.name = *name;
    entry.type = *type;
    if (*type != ServiceType::inet) return {};
    if (const auto endpoint = parse_inet_endpoint(entry.name); !endpoint) return endpoint.error();
    return {};
}

Result<void> take_flags(Columns& columns, MasterEntry& entry, bool chroot_default) {
    const bool is_inet = entry.type == ServiceType::inet;
    const auto is_private = take_flag(columns, "private", !is_inet);
    if (!is_private) return is_private.error();
    if (is_inet && *is_private)
        return permanent("inet service cannot be private");
    const auto is_unprivileged = take_flag(columns, "unprivileged", true);
    if (!is_unprivileged) return is_unprivileged.error();
    const auto is_chrooted = take_flag(columns, "chroot", chroot_default);
    if (!is_chrooted) return is_chrooted.error();
    entry.is_private = *is_private;
    entry.is_unprivileged = *is_unprivileged;
    entry.is_chrooted = *is_chrooted;
    return {};
}

Result<void> take_wake_up(Columns& columns, MasterEntry& entry) {
    const auto word = columns.take("wakeup");
    if (!word) return word.error();
    if (*word == "-") return {};
    auto number = *word;
    entry.wake_up_only_when_used = number.ends_with('?');
    if (entry.wake_up_only_when_used) number.remove_suffix(1);
    const auto value = parse_number(number);
    if (!value || *value > 1'000'000'000) return bad_field("wakeup", *word);
    entry.wake_up = seconds(*value);
    return {};
}

Result<void> take_process_limit(Columns& columns, MasterEntry& entry) {
    const auto word = columns.take("max_proc");
    if (!word) return word.error();
    if (*word == "-") return {};
    const auto value = parse_number(*word);
    if (!value || *value > 1'000'000'000) return bad_field("process_limit", *word);
    entry.max_processes = static_cast<int>(*value);
    return {};
}

/// "{ a b }" without its braces and the blanks inside them.
std::string_view without_braces(std::string_view word) {
    if (!word.starts_with('{')) return word;
    word.remove_prefix(1);
    if (word.ends_with('}')) word.remove_suffix(1);
    return trim(word);
}

Result<std::vector<std::string>> split_arguments(std::string_view text) {
    std::vector<std::string> arguments;
    for (const auto word : split_braced(text, " \t\r\n")) {
        if (word.starts_with('{') && !word.ends_with('}'))
            return permanent(fmt::format("missing '}}' in \"{}\"", printable(word)));
        arguments.emplace_back(without_braces(word));
    }
    return arguments;
}

Result<void> take_command(Columns& columns, MasterEntry& entry) {
    const auto command = columns.take("command");
    if (!command) return command.error();
    entry.command = *command;
    auto arguments = split_arguments(columns.rest());
    if (!arguments) return arguments.error();
    entry.arguments = std::move(*arguments);
    auto overrides = find_overrides(entry.arguments);
    if (!overrides) return overrides.error();
    entry.overrides = std::move(*overrides);
    return {};
}

bool is_same_service(const MasterEntry& a, const MasterEntry& b) {
    return a.name == b.name && a.type == b.type;
}

}  // namespace

std::string_view service_type_name(ServiceType type) {
    for (const auto& [name, known] : type_names)
        if (known == type) return name;
    return "";
}

std::optional<ServiceType> parse_service_type(std::string_view word) {
    for (const auto& [name, type] : type_names)
        if (name == word) return type;
    return std::nullopt;
}

Result<InetEndpoint> parse_inet_endpoint(std::string_view text) {
    InetEndpoint endpoint;
    auto port = text;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos || text.substr(close + 1, 1) != ":")
            return permanent(fmt::format("bad inet service name: \"{}\"", printable(text)));
        endpoint.host = text.substr(1, close - 1);
        port = text.substr(close + 2);
    } else if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
        endpoint.host = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    endpoint.port = port;
    if (port.empty())
        return permanent(fmt::format("missing service name in \"{}\"", printable(text)));
    return endpoint;
}

Result<int> port_number(const std::string& port) {
    if (is_all_digits(port)) {
        const auto number = parse_number(port);
        if (number && *number >= 1 && *number <= 65535) return static_cast<int>(*number);
        return permanent(fmt::format("bad port number: \"{}\"", printable(port)));
    }
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    if (getaddrinfo(nullptr, port.c_str(), &hints, &raw) != 0)
        return permanent(fmt::format("unknown service: {}/tcp", printable(port)));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> found(raw, &freeaddrinfo);
    return ntohs(reinterpret_cast<const sockaddr_in*>(raw->ai_addr)->sin_port);
}

Result<MasterEntry> parse_master_entry(std::string_view line, bool chroot_default) {
    Columns columns(line);
    MasterEntry entry;
    for (const auto& step : {take_name_and_type(columns, entry),
                             take_flags(columns, entry, chroot_default),
                             take_wake_up(columns, entry), take_process_limit(columns, entry),
                             take_command(columns, entry)})
        if (!step) return step.error();
    const auto words = split(line, " \t\r\n");
    entry.columns.assign(words.begin(), words.begin() + 7);
    return entry;
}

std::string MasterEntry::socket_path() const {
    return (is_private ? "private/" : "public/") + name;
}

std::optional<std::size_t> override_begin(std::string_view word) {
    constexpr std::string_view flags = "vDS";  // options of daemons that have no value
    if (!word.starts_with('-')) return std::nullopt;
    const auto option = word.find_first_not_of(flags, 1);
    if (option == std::string_view::npos || word[option] != 'o') return std::nullopt;
    return option + 1;
}

Result<std::vector<Override>> find_overrides(const std::vector<std::string>& arguments) {
    std::vector<Override> overrides;
    for (auto word = arguments.begin(); word != arguments.end() && word->starts_with('-'); ++word) {
        if (*word == "--") break;
        const auto begin = override_begin(*word);
        if (!begin) continue;
        std::string_view text = std::string_view(*word).substr(*begin);
        if (text.empty()) {
            if (++word == arguments.end()) return permanent("missing argument of -o");
            text = *word;
        }
        auto override = parse_override(text);
        if (!override) return override.error();
        overrides.push_back(std::move(*override));
    }
    return overrides;
}

MasterCf MasterCf::in_effect() const {
    MasterCf result{{}, warnings};
    for (const MasterEntry& entry : entries) {
        const auto earlier = std::ranges::find_if(result.entries, [&](const MasterEntry& other) {
            return is_same_service(other, entry);
        });
        if (earlier == result.entries.end()) {
            result.entries.push_back(entry);
            continue;
        }
        result.warnings.push_back(
            fmt::format("{}: duplicate master.cf entry for service \"{}\" -- using the last entry",
                        entry.where.text(), entry.name));
        *earlier = entry;
    }
    return result;
}

Result<MasterCf> parse_master_cf(std::string_view text, const std::string& file,
                                 bool chroot_default) {
    MasterCf result;
    for (const auto& line : logical_lines(text)) {
        if (auto flaw = flaw_of(line, file); !flaw.empty())
            result.warnings.push_back(std::move(flaw));
        if (line.is_stray) continue;
        const Location where{file, line.line};
        auto entry = parse_master_entry(line.text, chroot_default);
        if (!entry) return entry.error().in(where.text());
        entry->where = where;
        result.entries.push_back(std::move(*entry));
    }
    return result;
}

Result<MasterCf> read_master_cf(const std::string& file, bool chroot_default) {
    auto text = read_file(file);
    if (!text) return text.error();
    return parse_master_cf(*text, file, chroot_default);
}

}  // namespace postern::config
