// The permanent allowlist and denylist (postscreen_access_list).
#pragma once

#include "lib/base/log.h"
#include "lib/table/host_list.h"
#include "lib/table/registry.h"

#include <memory>
#include <string>
#include <vector>

namespace postern::postscreen {

enum class Access { permit, reject, dunno };

class AccessList {
public:
    /// `mynetworks` and the log outlive it. Error: permanent, an entry that is no command and no
    /// table.
    static Result<AccessList> open(const std::vector<std::string>& entries,
                                   const table::HostList& mynetworks, table::Registry& registry,
                                   Log log);

    /// What the first entry that knows the client says. A table that cannot tell, or that says
    /// what nobody understands, is logged, and the rest of the list is not looked at.
    Task<Access> judge(std::string address) const;

private:
    /// A command, or a table whose results are commands.
    struct Entry {
        std::string command;   ///< lower case
        std::shared_ptr<table::Table> table;
    };
    enum class Said { permit, reject, dunno, nothing, unknown };

    AccessList(const table::HostList& mynetworks, Log log) : mynetworks_(&mynetworks), log_(log) {}
    Task<Said> obey(std::string command, std::string address) const;
    Task<Said> ask(std::shared_ptr<table::Table> table, std::string address) const;

    const table::HostList* mynetworks_;
    Log log_;
    std::vector<Entry> entries_;
};

}  // namespace postern::postscreen
