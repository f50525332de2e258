// Lists; see the header.
#include "smtpd/lists.h"

#include "lib/base/strings.h"
#include "lib/config/networks.h"
#include "smtpd/settings.h"

#include <algorithm>

namespace postern::smtpd {

namespace {

std::vector<std::string> addresses_of(const config::Config& config) {
    std::vector<std::string> addresses;
    for (const auto& own :
         config::choose_addresses(config::interface_addresses(), config.list("inet_interfaces"),
                                  config.list("inet_protocols")))
        addresses.push_back(own.address);
    for (std::string& proxy : config.list("proxy_interfaces"))
        addresses.push_back(std::move(proxy));
    return addresses;
}

}  // namespace

Lists::Lists(service::Daemon& daemon, service::Tables& tables)
    : local_recipient_maps(tables.open("local_recipient_maps")),
      virtual_alias_maps(tables.open("virtual_alias_maps")),
      virtual_mailbox_maps(tables.open("virtual_mailbox_maps")),
      relay_recipient_maps(tables.open("relay_recipient_maps")),
      canonical_maps(tables.open("canonical_maps")),
      recipient_canonical_maps(tables.open("recipient_canonical_maps")),
      sender_canonical_maps(tables.open("sender_canonical_maps")),
      smtpd_discard_ehlo_keyword_address_maps(
          tables.open("smtpd_discard_ehlo_keyword_address_maps")),
      smtpd_command_filter(tables.open("smtpd_command_filter")),
      rbl_reply_maps(tables.open("rbl_reply_maps")),
      relay_clientcerts(tables.open("relay_clientcerts")),
      smtpd_sender_login_maps(tables.open("smtpd_sender_login_maps")),
      smtpd_reject_footer_maps(tables.open("smtpd_reject_footer_maps")),
      smtpd_reject_filter_maps(tables.open("smtpd_reject_filter_maps")),
      own_addresses(addresses_of(daemon.config())) {
    const config::Config& config = daemon.config();
    const auto open = [&](std::string_view parameter) {
        auto list = table::HostList::open(parameter, config.text(parameter),
                                          parents_match(config, parameter), tables.registry());
        if (!list) daemon.log().fatal("{}", list.error().text);
        return std::move(*list);
    };
    mynetworks = open("mynetworks");
    smtpd_client_event_limit_exceptions = open("smtpd_client_event_limit_exceptions");
    smtpd_forbid_bare_newline_exclusions = open("smtpd_forbid_bare_newline_exclusions");
    smtpd_authorized_xclient_hosts = open("smtpd_authorized_xclient_hosts");
    smtpd_authorized_xforward_hosts = open("smtpd_authorized_xforward_hosts");
    smtpd_authorized_verp_clients = open("smtpd_authorized_verp_clients");
    permit_mx_backup_networks = open("permit_mx_backup_networks");
    smtpd_log_access_permit_actions = open("smtpd_log_access_permit_actions");
    smtpd_noop_commands = open("smtpd_noop_commands");
    smtpd_forbidden_commands = open("smtpd_forbidden_commands");

    std::vector<std::shared_ptr<table::Table>> maps;
    for (const std::string& rule : config.list("local_header_rewrite_clients")) {
        if (rule == "check_address_map") continue;
        if (table::Registry::is_table_name(rule))
            maps.push_back(tables.registry().open_or_unavailable(rule));
        else
            rewrite_rules_.push_back(lower(rule));
    }
    rewrite_maps_ = table::Maps(std::move(maps));
}

bool Lists::is_own_address(std::string_view address) const {
    return std::find(own_addresses.begin(), own_addresses.end(), address) != own_addresses.end();
}

Task<Result<bool>> Lists::is_rewrite_client(const Client& client) const {
    for (const std::string& rule : rewrite_rules_) {
        if (rule == "permit_inet_interfaces" && is_own_address(client.address)) co_return true;
        if (rule != "permit_mynetworks") continue;
        auto found = co_await mynetworks.has(client.name, client.address);
        if (!found || *found) co_return found;
    }
    if (rewrite_maps_.empty()) co_return false;
    auto found = co_await rewrite_maps_.find(client.address);
    if (!found) co_return found.error();
    co_return found->has_value();
}

}  // namespace postern::smtpd
