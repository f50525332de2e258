// Rules for addresses; see the header.
#include "cleanup/address_rules.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/address_header.h"
#include "lib/service/rewrite.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace postern::cleanup {

namespace {

constexpr std::array role_names{"envelope_sender", "envelope_recipient", "header_sender",
                                "header_recipient"};
/// Lookups of one address in one map after which it has no end.
constexpr int most_lookups = 1000;

std::size_t index_of(AddressRole role) {
    return static_cast<std::size_t>(role);
}

/// sender_canonical_classes knows senders only, recipient_canonical_classes recipients.
bool is_role_for(std::string_view parameter, std::string_view role) {
    const auto side = parameter.substr(0, parameter.find('_'));
    return (side != "sender" && side != "recipient") || role.ends_with(side);
}

Result<std::vector<bool>> roles_of(const config::Config& config, std::string_view parameter) {
    std::vector<bool> roles(role_names.size());
    for (const std::string& name : config.list(parameter)) {
        const auto found = std::find(role_names.begin(), role_names.end(), name);
        if (found == role_names.end() || !is_role_for(parameter, name))
            return config.error_in(parameter, fmt::format("unknown class \"{}\"", name));
        roles[static_cast<std::size_t>(found - role_names.begin())] = true;
    }
    return roles;
}

bool propagates(const config::Config& config, std::string_view what) {
    const auto classes = config.list("propagate_unmatched_extensions");
    return std::find(classes.begin(), classes.end(), what) != classes.end();
}

Result<table::Maps> maps_of(const config::Config& config, std::string_view parameter,
                            table::Registry& tables) {
    auto maps = tables.open_maps(parameter, config.text(parameter));
    if (!maps) return config.error_in(parameter, maps.error().text);
    return maps;
}

bool is_in_standard_form(const std::string& address) {
    return address.empty() || mail::is_surely_standard(address);
}

/// An alias expansion that does not end well: mail for it waits until somebody corrects the table.
Error unreasonable(std::string text) {
    return {Errc::too_long, std::move(text) + " -- message not accepted, try again later"};
}

}  // namespace

AddressRules::AddressRules(const config::Config& config, service::Client& rewrite,
                           event::Loop& loop, const Log& log)
    : rewrite_(&rewrite),
      loop_(&loop),
      log_(&log),
      ipc_timeout_(config.time("ipc_timeout")),
      recipient_delimiter_(config.text("recipient_delimiter")),
      owner_request_special_(config.boolean("owner_request_special")),
      propagates_canonical_(propagates(config, "canonical")),
      propagates_virtual_(propagates(config, "virtual")),
      always_bcc_(config.text("always_bcc")),
      expansion_limit_(static_cast<std::size_t>(config.number("virtual_alias_expansion_limit"))),
      recursion_limit_(static_cast<std::size_t>(config.number("virtual_alias_recursion_limit"))),
      address_length_limit_(
          static_cast<std::size_t>(config.number("virtual_alias_address_length_limit"))) {}

Result<AddressRules> AddressRules::from(const config::Config& config, table::Registry& tables,
                                        service::Client& rewrite, event::Loop& loop,
                                        const Log& log) {
    AddressRules rules(config, rewrite, loop, log);
    for (const auto& [parameter, classes] :
         {std::pair("sender_canonical_maps", "sender_canonical_classes"),
          std::pair("recipient_canonical_maps", "recipient_canonical_classes"),
          std::pair("canonical_maps", "canonical_classes")}) {
        auto roles = roles_of(config, classes);
        if (!roles) return roles.error();
        auto maps = maps_of(config, parameter, tables);
        if (!maps) return maps.error();
        rules.canonicals_.push_back({parameter, *maps, *roles});
    }
    auto masquerade_roles = roles_of(config, "masquerade_classes");
    if (!masquerade_roles) return masquerade_roles.error();
    rules.masquerade_roles_ = *masquerade_roles;
    auto masquerade = Masquerade::open(config, tables);
    if (!masquerade) return masquerade.error();
    rules.masquerade_ = std::move(*masquerade);
    auto own = mail::OwnDomains::open(config, tables);
    if (!own) return own.error();
    rules.own_domains_ = std::move(*own);
    for (const auto& [parameter, member] :
         {std::pair("virtual_alias_maps", &AddressRules::virtual_),
          std::pair("sender_bcc_maps", &AddressRules::sender_bcc_),
          std::pair("recipient_bcc_maps", &AddressRules::recipient_bcc_)}) {
        auto maps = maps_of(config, parameter, tables);
        if (!maps) return maps.error();
        rules.*member = std::move(*maps);
    }
    return rules;
}

std::vector<std::string> AddressRules::files() const {
    std::vector<std::string> files = own_domains_.files();
    files.insert(files.end(), masquerade_.files().begin(), masquerade_.files().end());
    return files;
}

Answer<Result<std::vector<std::string>>> AddressRules::standard_form(
    std::vector<std::string> addresses, bool is_local_context, AddressForm form) const {
    if (std::all_of(addresses.begin(), addresses.end(), is_in_standard_form)) return addresses;
    return rewritten(std::move(addresses), is_local_context, form);
}

Task<Result<std::vector<std::string>>> AddressRules::rewritten(std::vector<std::string> addresses,
                                                               bool is_local_context,
                                                               AddressForm form) const {
    service::Rewrite request;
    request.is_local_context = is_local_context;
    request.is_external = form == AddressForm::external;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        if (is_in_standard_form(addresses[i])) continue;
        places.push_back(i);
        request.addresses.push_back(addresses[i]);
    }
    auto answer = co_await rewrite_->call(std::move(request), loop_->in(ipc_timeout_));
    if (!answer || answer->addresses.size() != places.size())
        co_return temporary("address rewriting: " +
                            (answer ? "short answer" : answer.error().text));
    for (std::size_t i = 0; i < places.size(); ++i)
        addresses[places[i]] = std::move(answer->addresses[i]);
    co_return addresses;
}

Task<Result<mail::LookupKeys>> AddressRules::keys_for(std::string domain) const {
    mail::LookupKeys keys;
    keys.recipient_delimiter = recipient_delimiter_;
    keys.owner_request_special = owner_request_special_;
    auto own = co_await own_domains_.has(std::move(domain));
    if (!own) co_return own.error().in("mydestination");
    keys.has_bare_localpart = *own;
    co_return keys;
}

Task<AddressRules::Mapped> AddressRules::mapped(const table::Maps& maps, std::string address,
                                                bool propagates) const {
    auto keys = co_await keys_for(std::string(mail::split_address(address).domain));
    if (!keys) co_return keys.error();
    auto match = co_await mail::find_address(maps, address, *keys);
    if (!match) co_return match.error();
    if (!*match) co_return std::optional<std::vector<std::string>>();
    std::vector<std::string> results;
    for (std::string& result : mail::addresses_in((*match)->value)) {
        // "@other.example" keeps the local part.
        if (result.starts_with('@')) result.insert(0, mail::split_address(address).localpart);
        results.push_back(propagates ? mail::with_extension(result, (*match)->unmatched_extension)
                                     : result);
    }
    auto standard = co_await standard_form(std::move(results), true);
    if (!standard) co_return standard.error();
    co_return std::optional(std::move(*standard));
}

bool AddressRules::maps(const Canonical& canonical, AddressRole role) const {
    return !canonical.maps.empty() && canonical.roles[index_of(role)];
}

bool AddressRules::masquerades(AddressRole role) const {
    return !masquerade_.empty() && masquerade_roles_[index_of(role)];
}

Answer<Result<std::string>> AddressRules::canonical(std::string address, AddressRole role,
                                                    std::string queue_id) const {
    const bool is_mapped =
        masquerades(role) ||
        std::any_of(canonicals_.begin(), canonicals_.end(),
                    [&](const Canonical& canonical) { return maps(canonical, role); });
    if (address.empty() || !is_mapped) return address;
    return mapped_canonical(std::move(address), role, std::move(queue_id));
}

Task<Result<std::string>> AddressRules::mapped_canonical(std::string address, AddressRole role,
                                                         std::string queue_id) const {
    for (const Canonical& canonical : canonicals_) {
        if (!maps(canonical, role)) continue;
        auto result = co_await mapped_for_good(canonical, address, queue_id);
        if (!result) co_return result.error();
        address = std::move(*result);
    }
    if (!masquerades(role)) co_return address;
    co_return co_await masquerade_.applied(std::move(address));
}

Task<Result<std::string>> AddressRules::mapped_for_good(const Canonical& canonical,
                                                        std::string address,
                                                        std::string queue_id) const {
    const std::string original = address;
    for (int lookups = 0; lookups < most_lookups; ++lookups) {
        auto result = co_await mapped(canonical.maps, address, propagates_canonical_);
        if (!result) co_return result.error().in(canonical.parameter);
        if (!*result || (*result)->empty() || same((*result)->front(), address))
            co_return *result && !(*result)->empty() ? (*result)->front() : address;
        address = std::move((*result)->front());
    }
    log_->warning(
        "{}: unreasonable {} map nesting for {} -- message not accepted, try again later",
        queue_id, canonical.parameter, mail::external(original));
    co_return original;
}

Answer<Result<std::vector<DraftRecipient>>> AddressRules::virtual_aliases(
    DraftRecipient recipient) const {
    if (!virtual_.empty()) return expanded(std::move(recipient));
    std::vector<DraftRecipient> itself;
    itself.push_back(std::move(recipient));
    return itself;
}

Task<Result<std::vector<DraftRecipient>>> AddressRules::expanded(DraftRecipient recipient) const {
    std::vector<DraftRecipient> done;
    const auto with_address = [&recipient](std::string address) {
        DraftRecipient result = recipient;
        result.address = std::move(address);
        return result;
    };
    // Level by level. An address that stands for itself too is done.
    std::vector<std::string> level{recipient.address};
    for (std::size_t depth = 0; !level.empty(); ++depth) {
        if (depth >= recursion_limit_ && depth > 0)
            co_return unreasonable(fmt::format("unreasonable virtual_alias_maps map nesting for {}",
                                               mail::external(recipient.address)));
        std::vector<std::string> next;
        for (const std::string& address : level) {
            auto results = co_await mapped(virtual_, address, propagates_virtual_);
            if (!results) co_return results.error().in("virtual_alias_maps");
            if (!*results) {
                done.push_back(with_address(address));
                continue;
            }
            for (std::string& result : **results) {
                if (result.size() > address_length_limit_)
                    co_return unreasonable(
                        fmt::format("unreasonable virtual_alias_maps result {:.100}...", result));
                if (same(result, address))
                    done.push_back(with_address(std::move(result)));
                else
                    next.push_back(std::move(result));
            }
            if (done.size() + next.size() > expansion_limit_)
                co_return unreasonable(
                    fmt::format("unreasonable virtual_alias_maps map expansion size for {}",
                                mail::external(recipient.address)));
        }
        level = std::move(next);
    }
    co_return done;
}

Task<Result<std::optional<std::string>>> AddressRules::first_mapped(const table::Maps& maps,
                                                                    std::string address) const {
    auto found = co_await mapped(maps, std::move(address), false);
    if (!found) co_return found.error();
    if (!*found || (*found)->empty()) co_return std::optional<std::string>();
    co_return std::optional(std::move((*found)->front()));
}

Answer<Result<std::optional<std::string>>> AddressRules::bcc(const table::Maps& maps,
                                                             std::string address) const {
    if (maps.empty() || address.empty()) return std::optional<std::string>();
    return first_mapped(maps, std::move(address));
}

Answer<Result<std::optional<std::string>>> AddressRules::sender_bcc(std::string sender) const {
    return bcc(sender_bcc_, std::move(sender));
}

Answer<Result<std::optional<std::string>>> AddressRules::recipient_bcc(
    std::string recipient) const {
    return bcc(recipient_bcc_, std::move(recipient));
}

Answer<Result<std::string>> AddressRules::always_bcc() const {
    if (always_bcc_.empty()) return std::string();
    return always_bcc_in_standard_form();
}

Task<Result<std::string>> AddressRules::always_bcc_in_standard_form() const {
    auto standard = co_await standard_form({always_bcc_}, true, AddressForm::external);
    if (!standard) co_return standard.error();
    co_return mail::internal(standard->front());
}

}  // namespace postern::cleanup
