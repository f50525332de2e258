// Looking an address up in tables: which parts of it are tried, and in which order (canonical(5),
// virtual(5), ADDRESS_REWRITING_README).
#pragma once

#include "lib/event/task.h"
#include "lib/table/table.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::mail {

/// How partial keys are made.
struct LookupKeys {
    std::string recipient_delimiter;
    bool owner_request_special = true;
    /// The bare local part is a key, too: its domain is one of ours.
    bool has_bare_localpart = false;
    /// "@domain" is a key.
    bool has_domain = true;
};

struct AddressMatch {
    std::string value;
    /// The extension with its delimiter, "+list", where only the address without it was found:
    /// for propagate_unmatched_extensions. Else "".
    std::string unmatched_extension;
};

/// Tries, in this order: user+ext@domain, user@domain, user+ext, user, @domain. Pattern tables see
/// the whole address only. Error: the first one of a table ends the search.
Task<Result<std::optional<AddressMatch>>> find_address(const table::Maps& maps, std::string address,
                                                       const LookupKeys& keys);

/// `address` with the extension that was not matched: "list" and "+x" make "list+x@domain".
std::string with_extension(std::string_view address, std::string_view unmatched_extension);

}  // namespace postern::mail
