// The lists and tables of main.cf that sessions ask, opened before the chroot.
#pragma once

#include "lib/service/tables.h"
#include "lib/table/host_list.h"
#include "smtpd/client.h"

#include <string>
#include <vector>

namespace postern::smtpd {

class Lists {
public:
    /// A list that cannot be read ends the process, with a line that names it.
    Lists(service::Daemon& daemon, service::Tables& tables);

    table::HostList mynetworks, smtpd_client_event_limit_exceptions,
        smtpd_forbid_bare_newline_exclusions, smtpd_authorized_xclient_hosts,
        smtpd_authorized_xforward_hosts, smtpd_authorized_verp_clients, permit_mx_backup_networks;
    table::Maps local_recipient_maps, virtual_alias_maps, virtual_mailbox_maps,
        relay_recipient_maps, canonical_maps, recipient_canonical_maps, sender_canonical_maps,
        smtpd_discard_ehlo_keyword_address_maps, smtpd_command_filter, rbl_reply_maps,
        relay_clientcerts, smtpd_sender_login_maps, smtpd_reject_footer_maps,
        smtpd_reject_filter_maps;
    /// Of words, not of hosts.
    table::HostList smtpd_noop_commands, smtpd_forbidden_commands, smtpd_log_access_permit_actions;
    std::vector<std::string> own_addresses;  ///< of inet_interfaces and proxy_interfaces

    /// local_header_rewrite_clients. Error: a table could not tell.
    Task<Result<bool>> is_rewrite_client(const Client& client) const;
    bool is_own_address(std::string_view address) const;

private:
    std::vector<std::string> rewrite_rules_;
    table::Maps rewrite_maps_;
};

}  // namespace postern::smtpd
