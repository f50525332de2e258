// The Table that everybody sees: a dictionary with its name, and what all types have in common.
#pragma once

#include "lib/table/dictionary.h"

#include <functional>

namespace postern::table {

/// `warn` gets a line for each key or value that is not valid UTF-8, where it must be.
std::shared_ptr<Table> make_table_of(std::string name, std::unique_ptr<Dictionary> dictionary,
                                     const OpenOptions& options,
                                     std::function<void(const std::string&)> warn);

/// A table that could not be opened: every lookup is a temporary error and a warning. `files`:
/// whose change may mend it.
std::shared_ptr<Table> unavailable_table(std::string name, std::string reason,
                                         std::vector<std::string> files,
                                         std::function<void(const std::string&)> warn);

}  // namespace postern::table
