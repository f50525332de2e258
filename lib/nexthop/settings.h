// The parameters by which servers are found, read once. The names are those of main.cf without
// "smtp_"; for LMTP they are read as lmtp_x.
#pragma once

#include "lib/config/config.h"
#include "lib/dns/host.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace postern::nexthop {

/// smtp_dns_support_level; dnssec: answers tell whether they are authenticated.
enum class DnsSupport { disabled, enabled, dnssec };

struct Settings {
    /// What the SMTP client, or the LMTP client, does.
    Settings(const config::Config& config, bool is_lmtp);

    bool is_lmtp;
    std::string tcp_port;                        ///< smtp_tcp_port: a number or name
    std::map<std::string, std::uint16_t> known_tcp_ports;
    dns::Families families;
    std::string address_preference;              ///< any, ipv4, ipv6
    bool has_idna2003;   ///< how the names of destinations become A-labels
    bool balance_inet_protocols, randomize_addresses;
    std::size_t mx_address_limit;                ///< 0: no limit
    DnsSupport dns_support;
    bool uses_dns, uses_native, native_first;    ///< smtp_host_lookup, dns_support
    std::vector<std::string> use_srv_lookup;
    bool ignore_srv_lookup_error;                ///< then MX or address records count
    bool allow_srv_lookup_fallback;              ///< and where there is no SRV record, too
    bool cname_overrides_servername;
    bool ignore_mx_lookup_error, defer_if_no_mx_address_found;

    /// smtp_host_lookup: "dns", "native", or both in the order in which they are asked.
    void set_host_lookup(const std::vector<std::string>& methods, bool dns_is_off = false);
};

}  // namespace postern::nexthop
