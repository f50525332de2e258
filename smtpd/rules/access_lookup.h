// The keys under which access(5) tables are asked, in order.
#pragma once

#include "lib/table/table.h"
#include "smtpd/settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::smtpd {

/// A key; pattern tables (regexp: ...) see only the first of a lookup.
using Keys = std::vector<std::string>;

/// "mail.a.example", ".a.example", ".example"; with parents_match "a.example" for the parents.
Keys name_keys(std::string_view name, bool parents_match);
/// "192.0.2.1", "192.0.2", "192.0", "192"; IPv6 by its fields.
Keys address_keys(std::string_view address);
/// "user+x@a.example", "user@a.example", the keys of the domain, "user+x@", "user@"; of the null
/// sender smtpd_null_access_lookup_key.
Keys mailbox_keys(std::string_view mailbox, const Settings& settings);

/// The first key that has a value. Error: a table could not tell.
Task<table::Found> find_first(const table::Maps& tables, Keys keys);

}  // namespace postern::smtpd
