// The tables between the braces of unionmap:{...} and pipemap:{...}.
#pragma once

#include "lib/table/dictionary.h"

namespace postern::table {

/// Opens each of them. `type` is for the message: "bad syntax: ..." when the name is not
/// "{type:name...}". Errors of members are theirs.
Result<std::vector<std::shared_ptr<Table>>> open_listed(std::string_view type,
                                                        const Opening& opening);

/// One pattern table makes the whole take whole keys only.
KeyKind kind_of(const std::vector<std::shared_ptr<Table>>& tables);
std::vector<std::string> watched_files_of(const std::vector<std::shared_ptr<Table>>& tables);
/// One owner for all, or unknown.
uid_t owner_of(const std::vector<std::shared_ptr<Table>>& tables);

}  // namespace postern::table
