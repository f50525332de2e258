// What trivial-rewrite takes from main.cf, besides its tables.
#pragma once

#include "lib/config/config.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::rewrite {

/// "transport:nexthop" as local_transport, transport(5) and others have it. A missing part means:
/// keep what is there (transport), or take the next one in line (nexthop).
struct Destination {
    std::string transport;
    std::string nexthop;
    static Destination parse(std::string_view text);
};

/// Where mail of each class goes when no table says otherwise; one for mail, one for probes
/// (address_verify_*).
struct Defaults {
    Destination local;
    Destination virtual_mailbox;
    Destination relay;
    Destination remote;
    std::string relayhost;
};

struct Settings {
    explicit Settings(const config::Config& config);

    std::string myhostname, myorigin, mydomain;
    bool append_at_myorigin, append_dot_mydomain;
    bool swap_bangpath, allow_percent_hack;
    std::string remote_header_rewrite_domain;

    std::string recipient_delimiter;
    bool owner_request_special;
    bool resolve_dequoted_address, resolve_null_domain, resolve_numeric_domain;
    bool allow_min_user;
    std::string empty_address_recipient;
    std::string empty_address_relayhost_maps_lookup_key;
    std::string empty_address_default_transport_maps_lookup_key;
    bool show_user_unknown_table_name;
    bool relocated_prefix_enable;
    std::vector<std::string> parent_domain_matches_subdomains;

    Defaults mail, probes;
    /// Addresses on which we receive mail, without brackets: inet_interfaces, proxy_interfaces.
    std::vector<std::string> own_addresses;
};

}  // namespace postern::rewrite
