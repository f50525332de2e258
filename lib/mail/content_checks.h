// The tables with content rules, for mail that comes in (header_checks, mime_header_checks,
// nested_header_checks, body_checks) and for mail that goes out (smtp_header_checks ...).
#pragma once

#include "lib/event/task.h"
#include "lib/mail/check_action.h"
#include "lib/mail/mime_reader.h"
#include "lib/table/table.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace postern::mail {

/// The tables of one parameter.
struct CheckTables {
    std::string parameter;  ///< its name, for complaints
    table::Maps maps;
};

struct ContentChecks {
    CheckTables header, mime_header, nested_header, body;

    /// Opens PREFIXheader_checks and so on. `open` gives the tables of a parameter.
    static ContentChecks open(const std::string& prefix,
                              const std::function<table::Maps(const std::string&)>& open);

    bool empty() const noexcept { return has_no_header_checks() && body.maps.empty(); }
    bool has_no_header_checks() const noexcept {
        return header.maps.empty() && mime_header.maps.empty() && nested_header.maps.empty();
    }
    /// The tables for a field, "Name: value": MIME fields (Content-*, MIME-Version) have their own
    /// wherever they stand, and so has all in the header of a body part.
    const CheckTables& for_field(HeaderPlace place, std::string_view field) const noexcept;
};

/// What a rule says of `text`; nothing when none matches, or when `text` is empty, which never
/// matches. Errors: temporary, a table could not tell; permanent, the action of the rule that
/// matched is of no use.
Task<Result<std::optional<CheckAction>>> find_action(const CheckTables& tables, CheckedPart part,
                                                     std::string_view text);

}  // namespace postern::mail
