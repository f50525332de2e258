// Lists; see the header.
#include "services/postscreen/lists.h"

#include <algorithm>

namespace postern::postscreen {

namespace {

table::HostList open(service::Daemon& daemon, service::Tables& tables, std::string_view parameter) {
    const config::Config& config = daemon.config();
    const auto names = config.list("parent_domain_matches_subdomains");
    const bool parents_match = std::ranges::find(names, parameter) != names.end();
    auto list = table::HostList::open(parameter, config.text(parameter), parents_match,
                                      tables.registry());
    if (!list) daemon.log().fatal("{}", list.error().text);
    return std::move(*list);
}

}  // namespace

Lists::Lists(service::Daemon& daemon, service::Tables& tables)
    : mynetworks(open(daemon, tables, "mynetworks")),
      allowlist_interfaces(open(daemon, tables, "postscreen_allowlist_interfaces")),
      forbidden_commands(open(daemon, tables, "postscreen_forbidden_commands")),
      command_filter(tables.open("postscreen_command_filter")),
      discard_ehlo_keyword_address_maps(
          tables.open("postscreen_discard_ehlo_keyword_address_maps")),
      reject_footer_maps(tables.open("postscreen_reject_footer_maps")),
      dnsbl_reply_map(tables.open("postscreen_dnsbl_reply_map")) {
    auto access = AccessList::open(daemon.config().list("postscreen_access_list"), mynetworks,
                                   tables.registry(), daemon.log());
    if (!access) daemon.log().fatal("{}", access.error().text);
    access_.emplace(std::move(*access));
    auto lists = parse_block_lists(daemon.config().list("postscreen_dnsbl_sites"));
    if (!lists) daemon.log().fatal("{}", lists.error().text);
    block_lists = std::move(*lists);
}

}  // namespace postern::postscreen
