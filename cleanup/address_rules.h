// What happens to addresses: standard form, canonical maps, masquerading, virtual aliases, bcc
// (ADDRESS_REWRITING_README, in that order).
#pragma once

#include "cleanup/draft.h"
#include "lib/config/config.h"
#include "lib/event/task.h"
#include "lib/mail/address_lookup.h"
#include "lib/service/client.h"
#include "lib/service/tables.h"
#include "lib/table/table.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace postern::cleanup {

/// Which addresses a rule is for; canonical_classes and masquerade_classes name them.
enum class AddressRole { envelope_sender, envelope_recipient, header_sender, header_recipient };

class AddressRules {
public:
    /// Opens the tables. Error: a parameter that is not a list of tables, or a class that does
    /// not exist; names it.
    static Result<AddressRules> from(const config::Config& config, service::Tables& tables,
                                     service::Client& rewrite, event::Loop& loop);

    /// Standard form: one request to trivial-rewrite for all that need it; most do not.
    /// Errors of all members: temporary, the service or a table could not tell.
    Task<Result<std::vector<std::string>>> standard_form(std::vector<std::string> addresses,
                                                         bool is_local_context) const;
    /// Canonical maps, then masquerading, as far as they are for that role.
    Task<Result<std::string>> canonical(std::string address, AddressRole role) const;

    /// Virtual aliases, again and again until nothing changes, each result once. Also an
    /// error: virtual_alias_expansion_limit or _recursion_limit was reached.
    Task<Result<std::vector<DraftRecipient>>> virtual_aliases(DraftRecipient recipient) const;

    /// Recipients that always_bcc, sender_bcc_maps and recipient_bcc_maps add.
    Task<Result<std::vector<std::string>>> bcc_recipients(
        std::string sender, std::vector<std::string> recipients) const;

private:
    AddressRules(const config::Config& config, service::Client& rewrite, event::Loop& loop);
    std::string masqueraded(std::string address) const;
    mail::LookupKeys keys_for(std::string_view address) const;
    /// The addresses that a table gives instead, in standard form; nothing: it says nothing.
    Task<Result<std::optional<std::vector<std::string>>>> mapped(const table::Maps& maps,
                                                                 std::string address,
                                                                 bool propagates) const;

    service::Client* rewrite_;
    event::Loop* loop_;
    seconds ipc_timeout_;
    std::string recipient_delimiter_;
    std::set<std::string> our_domains_;  // lower case
    bool owner_request_special_;
    bool propagates_canonical_, propagates_virtual_;
    std::vector<bool> canonical_roles_, masquerade_roles_;
    table::Maps canonical_, sender_canonical_, recipient_canonical_, virtual_, sender_bcc_,
        recipient_bcc_;
    std::vector<std::string> masquerade_domains_;
    std::vector<std::string> masquerade_exceptions_;
    std::string always_bcc_;
    std::size_t expansion_limit_, recursion_limit_, address_length_limit_;
};

/// The address is in standard form whatever main.cf says of appending and swapping: one `@`, a
/// plain local part without `%`, `!` and the like, a domain with a dot and no final one.
bool is_surely_standard(std::string_view address) noexcept;

}  // namespace postern::cleanup
