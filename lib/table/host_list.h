// Lists of hosts by name, address and network: mynetworks, debug_peer_list,
// smtpd_client_event_limit_exceptions, postscreen_access_list and their like (postconf(5)).
#pragma once

#include "lib/table/list_pattern.h"
#include "lib/table/network.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace postern::table {

/// Patterns: "192.0.2.0/24", "192.0.2.1", "[2001:db8::]/32", "host.example", ".example" (and with
/// parent matching "example") for names below, "/file/name", "type:table" with the host's name or
/// address as a key; "!" before one excludes. The first that matches decides.
class HostList {
public:
    HostList() = default;
    /// Reads the value of `parameter`. `parents_match`: the parameter is listed in
    /// parent_domain_matches_subdomains. Errors, permanent, name the parameter: a network that
    /// has host bits, an IPv6 address that is not in brackets, a file that cannot be read.
    static Result<HostList> open(std::string_view parameter, std::string_view value,
                                 bool parents_match, Registry& registry);

    bool empty() const noexcept { return patterns_.empty(); }

    /// Whether the host belongs to the list. `name` may be empty or "unknown"; `address` is
    /// numeric without brackets, or empty. Error: a table could not tell. Both live until the
    /// answer is awaited to its end.
    Answer<Result<bool>> has(std::string_view name, std::string_view address) const;

    /// The files that the list was read from.
    const std::vector<std::string>& files() const noexcept { return files_; }

private:
    struct Pattern {
        std::variant<std::string, Network, std::shared_ptr<Table>> what;
        bool is_excluded;
    };
    struct Host;
    static Result<std::variant<std::string, Network>> parse(const std::string& text);
    bool matches_name(std::string_view pattern, std::string_view name) const noexcept;
    std::optional<bool> matches(const Pattern& pattern, const Host& host) const;
    Task<Result<bool>> search_with_tables(std::string_view name, std::string_view address) const;
    Task<Result<bool>> is_in(Table& table, std::string_view name, std::string_view address) const;

    std::vector<Pattern> patterns_;
    std::vector<std::string> files_;
    bool parents_match_ = false;
};

}  // namespace postern::table
