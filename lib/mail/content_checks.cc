#include "lib/mail/content_checks.h"

#include "lib/mail/header_field.h"
#include "lib/mail/header_names.h"

namespace postern::mail {

ContentChecks ContentChecks::open(const std::string& prefix,
                                  const std::function<table::Maps(const std::string&)>& open) {
    const auto tables = [&](const std::string& parameter) { return CheckTables{parameter, open(parameter)}; };
    return {tables(prefix + "header_checks"), tables(prefix + "mime_header_checks"),
            tables(prefix + "nested_header_checks"), tables(prefix + "body_checks")};
}

const CheckTables& ContentChecks::for_field(HeaderPlace place,
                                            std::string_view field) const noexcept {
    const auto parsed = parse_field(field);
    if (parsed && header_info(parsed->name).is_mime) return mime_header;
    switch (place) {
        case HeaderPlace::primary:
            return header;
        case HeaderPlace::multipart:
            return mime_header;
        default:
            return nested_header;
    }
}

Task<Result<std::optional<CheckAction>>> find_action(const CheckTables& tables, CheckedPart part,
                                                     std::string_view text) {
    if (tables.maps.empty() || text.empty()) co_return std::optional<CheckAction>();
    auto found = co_await tables.maps.find(text);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<CheckAction>();
    if ((*found)->empty())
        co_return temporary(tables.parameter + ": a rule without an action matched");
    auto action = CheckAction::parse(**found, part, tables.parameter);
    if (!action) co_return action.error();
    co_return std::optional(std::move(*action));
}

}  // namespace postern::mail
