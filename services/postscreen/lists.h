// The lists and tables of main.cf that postscreen asks, opened before the chroot.
#pragma once

#include "lib/service/tables.h"
#include "lib/table/host_list.h"
#include "services/postscreen/access_list.h"
#include "services/postscreen/block_lists.h"

#include <optional>
#include <vector>

namespace postern::postscreen {

class Lists {
public:
    /// What cannot be read ends the process, with a line that names it.
    Lists(service::Daemon& daemon, service::Tables& tables);

    const AccessList& access() const { return *access_; }

    table::HostList mynetworks, allowlist_interfaces;
    table::HostList forbidden_commands;   ///< of words, not of hosts
    table::Maps command_filter, discard_ehlo_keyword_address_maps, reject_footer_maps,
        dnsbl_reply_map;
    std::vector<BlockList> block_lists;

private:
    std::optional<AccessList> access_;
};

}  // namespace postern::postscreen
