#include "rewrite/settings.h"

#include "lib/base/strings.h"
#include "lib/mail/own_domains.h"

namespace postern::rewrite {

namespace {

Defaults defaults(const config::Config& config, const std::string& prefix) {
    const auto destination = [&config](const std::string& name) {
        return Destination::parse(config.text(name));
    };
    return {destination(prefix + "local_transport"), destination(prefix + "virtual_transport"),
            destination(prefix + "relay_transport"), destination(prefix + "default_transport"),
            config.text(prefix + "relayhost")};
}

}  // namespace

Destination Destination::parse(std::string_view text) {
    text = trim(text);
    const auto parts = cut(text, ':');
    if (!parts) return {std::string(text), {}};
    return {std::string(trim_right(parts->first)), std::string(trim_left(parts->second))};
}

Settings::Settings(const config::Config& config)
    : myhostname(config.text("myhostname")),
      myorigin(config.text("myorigin")),
      mydomain(config.text("mydomain")),
      append_at_myorigin(config.boolean("append_at_myorigin")),
      append_dot_mydomain(config.boolean("append_dot_mydomain")),
      swap_bangpath(config.boolean("swap_bangpath")),
      allow_percent_hack(config.boolean("allow_percent_hack")),
      remote_header_rewrite_domain(config.text("remote_header_rewrite_domain")),
      recipient_delimiter(config.text("recipient_delimiter")),
      owner_request_special(config.boolean("owner_request_special")),
      resolve_dequoted_address(config.boolean("resolve_dequoted_address")),
      resolve_null_domain(config.boolean("resolve_null_domain")),
      resolve_numeric_domain(config.boolean("resolve_numeric_domain")),
      allow_min_user(config.boolean("allow_min_user")),
      empty_address_recipient(config.text("empty_address_recipient")),
      empty_address_relayhost_maps_lookup_key(
          config.text("empty_address_relayhost_maps_lookup_key")),
      empty_address_default_transport_maps_lookup_key(
          config.text("empty_address_default_transport_maps_lookup_key")),
      show_user_unknown_table_name(config.boolean("show_user_unknown_table_name")),
      relocated_prefix_enable(config.boolean("relocated_prefix_enable")),
      parent_domain_matches_subdomains(config.list("parent_domain_matches_subdomains")),
      mail(defaults(config, "")),
      probes(defaults(config, "address_verify_")),
      own_addresses(mail::own_addresses(config)) {}

}  // namespace postern::rewrite
