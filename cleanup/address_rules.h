// What happens to addresses: standard form, canonical maps, masquerading, virtual aliases, bcc
// (ADDRESS_REWRITING_README, in that order).
#pragma once

#include "cleanup/draft.h"
#include "cleanup/masquerade.h"
#include "lib/base/log.h"
#include "lib/config/config.h"
#include "lib/event/task.h"
#include "lib/mail/address_lookup.h"
#include "lib/mail/own_domains.h"
#include "lib/service/client.h"
#include "lib/table/registry.h"
#include "lib/table/table.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::cleanup {

/// Which addresses a rule is for; canonical_classes and its like name them.
enum class AddressRole { envelope_sender, envelope_recipient, header_sender, header_recipient };

/// The form of addresses in standard_form().
enum class AddressForm { internal, external };

/// What has to wait for nothing is ready at once.
class AddressRules {
public:
    /// Opens the tables. Error: a parameter that is not a list of tables, or a class that does
    /// not exist; names it. All outlive the rules.
    static Result<AddressRules> from(const config::Config& config, table::Registry& tables,
                                     service::Client& rewrite, event::Loop& loop, const Log& log);

    /// Standard form: one request to trivial-rewrite for all that need it; most do not.
    /// Errors of all members: temporary, the service or a table could not tell.
    Answer<Result<std::vector<std::string>>> standard_form(
        std::vector<std::string> addresses, bool is_local_context,
        AddressForm form = AddressForm::internal) const;
    /// Canonical maps, again and again until nothing changes, then masquerading, as far as they
    /// are for that role. What does not come to an end stays as it was, with a warning that names
    /// `queue_id`. Internal form.
    Answer<Result<std::string>> canonical(std::string address, AddressRole role,
                                          std::string queue_id) const;

    /// Virtual aliases, again and again until nothing changes. Also an error:
    /// virtual_alias_expansion_limit, _recursion_limit or _address_length_limit was exceeded;
    /// too_long then, with the words of the log line.
    Answer<Result<std::vector<DraftRecipient>>> virtual_aliases(DraftRecipient recipient) const;

    /// The further recipient of sender_bcc_maps or recipient_bcc_maps for an address; nothing:
    /// none. In standard form.
    Answer<Result<std::optional<std::string>>> sender_bcc(std::string sender) const;
    Answer<Result<std::optional<std::string>>> recipient_bcc(std::string recipient) const;
    /// always_bcc in standard form; "": none.
    Answer<Result<std::string>> always_bcc() const;

    /// Files that lists were read from.
    std::vector<std::string> files() const;

private:
    /// One of canonical_maps, sender_canonical_maps, recipient_canonical_maps.
    struct Canonical {
        std::string parameter;
        table::Maps maps;
        std::vector<bool> roles;
    };
    using Mapped = Result<std::optional<std::vector<std::string>>>;

    AddressRules(const config::Config& config, service::Client& rewrite, event::Loop& loop,
                 const Log& log);
    Task<Result<mail::LookupKeys>> keys_for(std::string domain) const;
    /// The addresses that a table gives instead, in standard form; nothing: it says nothing.
    Task<Mapped> mapped(const table::Maps& maps, std::string address, bool propagates) const;
    Answer<Result<std::optional<std::string>>> bcc(const table::Maps& maps,
                                                   std::string address) const;
    Task<Result<std::optional<std::string>>> first_mapped(const table::Maps& maps,
                                                          std::string address) const;
    Task<Result<std::string>> always_bcc_in_standard_form() const;
    Task<Result<std::vector<std::string>>> rewritten(std::vector<std::string> addresses,
                                                     bool is_local_context,
                                                     AddressForm form) const;
    bool maps(const Canonical& canonical, AddressRole role) const;
    bool masquerades(AddressRole role) const;
    Task<Result<std::string>> mapped_canonical(std::string address, AddressRole role,
                                               std::string queue_id) const;
    Task<Result<std::vector<DraftRecipient>>> expanded(DraftRecipient recipient) const;
    Task<Result<std::string>> mapped_for_good(const Canonical& canonical, std::string address,
                                              std::string queue_id) const;

    service::Client* rewrite_;
    event::Loop* loop_;
    const Log* log_;
    seconds ipc_timeout_;
    std::string recipient_delimiter_;
    mail::OwnDomains own_domains_;
    bool owner_request_special_;
    bool propagates_canonical_, propagates_virtual_;
    std::vector<Canonical> canonicals_;  // in the order of their use
    Masquerade masquerade_;
    std::vector<bool> masquerade_roles_;
    table::Maps virtual_, sender_bcc_, recipient_bcc_;
    std::string always_bcc_;
    std::size_t expansion_limit_, recursion_limit_, address_length_limit_;
};

}  // namespace postern::cleanup
