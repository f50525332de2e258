// Reading the parameters; see the header.
#include "lib/nexthop/settings.h"

#include "lib/base/strings.h"

#include <algorithm>

namespace postern::nexthop {

namespace {

bool has(const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// "smtp=25, smtps=submissions=465": names before the number.
std::map<std::string, std::uint16_t> known_ports(const std::vector<std::string>& entries) {
    std::map<std::string, std::uint16_t> ports;
    for (const std::string& entry : entries) {
        const auto words = split(entry, "=");
        if (words.size() < 2) continue;
        const auto number = parse_number(words.back());
        if (!number || *number > 65535) continue;
        for (std::size_t i = 0; i + 1 < words.size(); ++i)
            ports[std::string(words[i])] = static_cast<std::uint16_t>(*number);
    }
    return ports;
}

DnsSupport dns_support_of(const config::Config& config) {
    const std::string level = config.text("smtp_dns_support_level");
    if (level == "dnssec") return DnsSupport::dnssec;
    const bool is_disabled = level.empty() ? config.boolean("disable_dns_lookups") : level == "disabled";
    return is_disabled ? DnsSupport::disabled : DnsSupport::enabled;
}

}  // namespace

void Settings::set_host_lookup(const std::vector<std::string>& methods, bool dns_is_off) {
    uses_dns = !dns_is_off && has(methods, "dns");
    uses_native = dns_is_off || has(methods, "native");
    native_first = uses_native && (methods.empty() || methods.front() == "native");
}

Settings::Settings(const config::Config& given, bool is_lmtp_client) : is_lmtp(is_lmtp_client) {
    const config::Config config = is_lmtp ? given.for_lmtp() : given;
    tcp_port = config.text("smtp_tcp_port");
    known_tcp_ports = known_ports(config.list("known_tcp_ports"));
    families = dns::Families::parse(config.text("inet_protocols")).value_or({});
    address_preference = config.text("smtp_address_preference");
    has_idna2003 = config.boolean("enable_idna2003_compatibility");
    balance_inet_protocols = config.boolean("smtp_balance_inet_protocols");
    randomize_addresses = config.boolean("smtp_randomize_addresses");
    mx_address_limit = static_cast<std::size_t>(std::max<std::int64_t>(config.number("smtp_mx_address_limit"), 0));
    dns_support = dns_support_of(config);
    set_host_lookup(config.list("smtp_host_lookup"), dns_support == DnsSupport::disabled);
    use_srv_lookup = config.list("use_srv_lookup");
    ignore_srv_lookup_error = config.boolean("ignore_srv_lookup_error");
    allow_srv_lookup_fallback = config.boolean("allow_srv_lookup_fallback");
    cname_overrides_servername = config.boolean("smtp_cname_overrides_servername");
    ignore_mx_lookup_error = config.boolean("ignore_mx_lookup_error");
    defer_if_no_mx_address_found = config.boolean("smtp_defer_if_no_mx_address_found");
}

}  // namespace postern::nexthop
