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
    bool maps_addresses = false;   ///< canonical maps, masquerading
    bool adds_missing_headers = false;
    bool requires_tls = false;     ///< the sender asked for REQUIRETLS
};

/// Takes fields, gives lines. Fields gather, so that their addresses are looked up together.
class Header {
public:
    Header(const Settings& settings, const AddressRules& rules, const Reporter& reporter,
           HeaderContext context);

    /// A whole field, its lines separated by "\n".
    void add(std::string field);
    /// A line that stays as it is and counts for nothing.
    void add_verbatim(std::string line);

    /// The fields that gathered, as they are to be written, lines separated by "\n"; "" when
    /// there are none. Error: temporary, addresses could not be looked up.
    Task<Result<std::string>> take_fields();
    /// The last fields, and those that were missing.
    Task<Result<std::string>> finish();

    int hops() const noexcept { return hops_; }
    /// Of Content-Transfer-Encoding, in lower case; "" when there is none.
    const std::string& encoding() const noexcept { return encoding_; }
    /// Some field has bytes above 127.
    bool is_8bit() const noexcept { return is_8bit_; }
    /// "Require-TLS-ESMTP: yes": REQUIRETLS (RFC 8689), on its way through a content filter.
    bool requires_tls() const noexcept { return requires_tls_; }
    /// "TLS-Required: no" (RFC 8689 section 5).
    bool waives_tls() const noexcept { return waives_tls_; }

private:
    struct Field {
        std::string text;
        bool is_verbatim = false;
    };
    Task<Result<void>> rewrite_addresses();
    void note_tls(mail::HeaderId id, std::string_view value);
    std::vector<std::string> missing_fields() const;
    bool has(mail::HeaderId id) const { return seen_.contains(id); }
    bool rewrites() const;
    std::string take_text();

    const Settings& settings_;
    const AddressRules& rules_;
    const Reporter& reporter_;
    const HeaderContext context_;
    std::vector<Field> fields_;
    std::set<mail::HeaderId> seen_;
    bool is_resent_ = false, is_8bit_ = false, requires_tls_ = false, waives_tls_ = false;
    int hops_ = 0;
    std::string encoding_;
};

}  // namespace postern::cleanup
