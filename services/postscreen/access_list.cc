// The permanent access list; see the header.
#include "services/postscreen/access_list.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::postscreen {

namespace {

constexpr std::string_view commands[] = {"permit", "reject", "dunno", "permit_mynetworks"};

}  // namespace

Result<AccessList> AccessList::open(const std::vector<std::string>& entries,
                                    const table::HostList& mynetworks, table::Registry& registry,
                                    Log log) {
    AccessList list(mynetworks, log);
    for (const std::string& entry : entries) {
        const std::string command = lower(entry);
        if (std::ranges::find(commands, command) != std::end(commands))
            list.entries_.push_back({command, nullptr});
        else if (table::Registry::is_table_name(entry))
            list.entries_.push_back({entry, registry.open_or_unavailable(entry)});
        else
            return permanent(fmt::format("postscreen_access_list: unknown command: {}", entry));
    }
    return list;
}

Task<AccessList::Said> AccessList::obey(std::string command, std::string address) const {
    if (command == "permit") co_return Said::permit;
    if (command == "reject") co_return Said::reject;
    if (command == "dunno") co_return Said::dunno;
    if (command != "permit_mynetworks") co_return Said::unknown;
    auto found = co_await mynetworks_->has("", address);
    if (!found) log_.warning("mynetworks: {}", found.error().text);
    co_return found && *found ? Said::permit : Said::nothing;
}

Task<AccessList::Said> AccessList::ask(std::shared_ptr<table::Table> table,
                                       std::string address) const {
    auto found = co_await table->find(address);
    if (!found) {
        log_.warning("{}: {} -- ignoring the remainder of this access list", table->name(),
                     found.error().text);
        co_return Said::unknown;
    }
    if (!*found) co_return Said::nothing;
    for (const std::string_view word : split(**found)) {
        const Said said = co_await obey(lower(word), address);
        if (said == Said::unknown)
            log_.warning("{}: unknown command: {} -- ignoring the remainder of this access list",
                         table->name(), printable(word, 100));
        // Within a table, dunno ends only what the table says.
        if (said == Said::dunno) co_return Said::nothing;
        if (said != Said::nothing) co_return said;
    }
    co_return Said::nothing;
}

Task<Access> AccessList::judge(std::string address) const {
    for (const Entry& entry : entries_) {
        const Said said = entry.table ? co_await ask(entry.table, address)
                                      : co_await obey(entry.command, address);
        if (said == Said::permit) co_return Access::permit;
        if (said == Said::reject) co_return Access::reject;
        if (said != Said::nothing) break;
    }
    co_return Access::dunno;
}

}  // namespace postern::postscreen
