// The header of a message: its fields are looked at, rewritten, dropped and added.
#pragma once

#include "cleanup/address_rules.h"
#include "cleanup/settings.h"
#include "lib/mail/header_field.h"
#include "lib/mail/header_names.h"
#include "lib/report/reporter.h"

#include <set>
#include <string>
#include <vector>

namespace postern::cleanup {

/// What the header needs to know of its message.
struct HeaderContext {
    std::string queue_id;
    std::string sender, full_name;
    WallTime arrival;
    bool is_local_context = true;  ///< addresses are completed with our own names
    bool adds_missing_headers = false;
};

/// Takes lines, gives fields. Fields gather, so that their addresses are looked up together, but
/// never more than `gather_limit` bytes of them.
class Header {
public:
    Header(const Settings& settings, const AddressRules& rules, const Reporter& reporter,
           HeaderContext context);

    enum class Line { taken, gathered_enough, not_header };
    /// `line` without its end. not_header: the header ended before it, with an empty line or not.
    Line add(std::string_view line);

    /// The fields that gathered, as they are to be written: whole fields, lines separated by
    /// "\n", each with its end. Error: temporary, addresses could not be looked up.
    Task<Result<std::string>> take_fields();
    /// The last fields, and those that were missing.
    Task<Result<std::string>> finish();

    int hops() const noexcept { return hops_; }
    /// Of Content-Transfer-Encoding; "" when there is none.
    const std::string& encoding() const noexcept { return encoding_; }

private:
    void look_at(std::string field);
    Task<Result<void>> rewrite_addresses();
    std::string missing_fields() const;
    bool has(mail::HeaderId id) const { return seen_.contains(id); }
    bool rewrites() const;

    const Settings& settings_;
    const AddressRules& rules_;
    const Reporter& reporter_;
    const HeaderContext context_;
    mail::HeaderReader reader_;
    std::vector<std::string> fields_;
    std::size_t gathered_ = 0;
    std::set<mail::HeaderId> seen_;
    bool is_resent_ = false;
    int hops_ = 0;
    std::string encoding_;
};

}  // namespace postern::cleanup
