// postmap -h and -b with "-q -": the keys are the header fields and body lines of a message, as
// header_checks(5) and body_checks(5) have them.
#pragma once

#include "lib/table/maintenance.h"

#include <iosfwd>

namespace postern::postmap {

/// Whether anything was found. Error: a table failed.
Result<bool> query_message(table::Maintenance& tables, const table::CommandOptions& options,
                           std::istream& message);

}  // namespace postern::postmap
