// Rules for addresses; see the header.
#include "cleanup/address_rules.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/address_header.h"
#include "lib/mail/address_lookup.h"
#include "lib/mail/token.h"
#include "lib/service/rewrite.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace postern::cleanup {

namespace {

constexpr std::array role_names{"envelope_sender", "envelope_recipient", "header_sender",
                                "header_recipient"};

std::size_t index_of(AddressRole role) {
    return static_cast<std::size_t>(role);
}

Result<std::vector<bool>> roles_of(const config::Config& config, std::string_view parameter) {
    std::vector<bool> roles(role_names.size());
    for (const std::string& name : config.list(parameter)) {
        const auto found = std::find(role_names.begin(), role_names.end(), name);
        if (found == role_names.end())
            return config.error_in(parameter, fmt::format("unknown class \"{}\"", name));
        roles[static_cast<std::size_t>(found - role_names.begin())] = true;
    }
    return roles;
}

bool propagates(const config::Config& config, std::string_view what) {
    const auto classes = config.list("propagate_unmatched_extensions");
    return std::find(classes.begin(), classes.end(), what) != classes.end();
}

bool is_plain(char c) {
    return is_ascii_alnum(c) ||
           std::string_view("-_.+=~#$&'*/?^`{|}").find(c) != std::string_view::npos;
}

}  // namespace

bool is_surely_standard(std::string_view address) noexcept {
    const mail::AddressParts parts = mail::split_address(address);
    return parts.has_domain && !parts.localpart.empty() &&
           parts.domain.find('.') != parts.domain.npos && !parts.domain.ends_with('.') &&
           !parts.domain.starts_with('[') &&
           std::all_of(parts.localpart.begin(), parts.localpart.end(), is_plain) &&
           std::all_of(parts.domain.begin(), parts.domain.end(), [](char c) {
               return is_ascii_alnum(c) || c == '.' || c == '-' || c == '_';
           });
}

AddressRules::AddressRules(const config::Config& config, service::Client& rewrite,
                           event::Loop& loop)
    : rewrite_(&rewrite),
      loop_(&loop),
      ipc_timeout_(config.time("ipc_timeout")),
      recipient_delimiter_(config.text("recipient_delimiter")),
      owner_request_special_(config.boolean("owner_request_special")),
      propagates_canonical_(propagates(config, "canonical")),
      propagates_virtual_(propagates(config, "virtual")),
      masquerade_domains_(config.list("masquerade_domains")),
      masquerade_exceptions_(config.list("masquerade_exceptions")),
      always_bcc_(config.text("always_bcc")),
      expansion_limit_(static_cast<std::size_t>(config.number("virtual_alias_expansion_limit"))),
      recursion_limit_(static_cast<std::size_t>(config.number("virtual_alias_recursion_limit"))),
      address_length_limit_(
          static_cast<std::size_t>(config.number("virtual_alias_address_length_limit"))) {
    for (const std::string& domain : config.list("mydestination"))
        our_domains_.insert(lower(domain));
    our_domains_.insert(lower(config.text("myorigin")));
}

Result<AddressRules> AddressRules::from(const config::Config& config, service::Tables& tables,
                                        service::Client& rewrite, event::Loop& loop) {
    AddressRules rules(config, rewrite, loop);
    auto canonical = roles_of(config, "canonical_classes");
    if (!canonical) return canonical.error();
    auto masquerade = roles_of(config, "masquerade_classes");
    if (!masquerade) return masquerade.error();
    rules.canonical_roles_ = *canonical;
    rules.masquerade_roles_ = *masquerade;
    rules.canonical_ = tables.open("canonical_maps");
    rules.sender_canonical_ = tables.open("sender_canonical_maps");
    rules.recipient_canonical_ = tables.open("recipient_canonical_maps");
    rules.virtual_ = tables.open("virtual_alias_maps");
    rules.sender_bcc_ = tables.open("sender_bcc_maps");
    rules.recipient_bcc_ = tables.open("recipient_bcc_maps");
    return rules;
}

Task<Result<std::vector<std::string>>> AddressRules::standard_form(
    std::vector<std::string> addresses, bool is_local_context) const {
    service::Rewrite request;
    request.is_local_context = is_local_context;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        if (addresses[i].empty() || is_surely_standard(addresses[i])) continue;
        places.push_back(i);
        request.addresses.push_back(addresses[i]);
    }
    if (places.empty()) co_return addresses;
    auto answer = co_await rewrite_->call(std::move(request), loop_->in(ipc_timeout_));
    if (!answer || answer->addresses.size() != places.size())
        co_return temporary("address rewriting: " +
                            (answer ? "short answer" : answer.error().text));
    for (std::size_t i = 0; i < places.size(); ++i)
        addresses[places[i]] = std::move(answer->addresses[i]);
    co_return addresses;
}

mail::LookupKeys AddressRules::keys_for(std::string_view address) const {
    mail::LookupKeys keys;
    keys.recipient_delimiter = recipient_delimiter_;
    keys.owner_request_special = owner_request_special_;
    keys.has_bare_localpart = our_domains_.contains(lower(mail::split_address(address).domain));
    return keys;
}

Task<Result<std::optional<std::vector<std::string>>>> AddressRules::mapped(const table::Maps& maps,
                                                                           std::string address,
                                                                           bool propagates) const {
    auto match = co_await mail::find_address(maps, address, keys_for(address));
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

Task<Result<std::string>> AddressRules::canonical(std::string address, AddressRole role) const {
    if (address.empty()) co_return address;
    const bool is_sender =
        role == AddressRole::envelope_sender || role == AddressRole::header_sender;
    const table::Maps* const special = is_sender ? &sender_canonical_ : &recipient_canonical_;
    for (const table::Maps* maps : {special, &canonical_}) {
        if (maps->empty() || (maps == &canonical_ && !canonical_roles_[index_of(role)])) continue;
        auto result = co_await mapped(*maps, address, propagates_canonical_);
        if (!result) co_return result.error();
        if (*result && !(*result)->empty()) address = (*result)->front();
    }
    co_return masquerade_roles_[index_of(role)] ? masqueraded(std::move(address)) : address;
}

std::string AddressRules::masqueraded(std::string address) const {
    const mail::AddressParts parts = mail::split_address(address);
    if (!parts.has_domain || masquerade_domains_.empty()) return address;
    for (const std::string& name : masquerade_exceptions_)
        if (same(name, parts.localpart)) return address;
    for (std::string_view domain : masquerade_domains_) {
        const bool is_exempt = domain.starts_with('!');
        if (is_exempt) domain.remove_prefix(1);
        const bool is_below = parts.domain.size() > domain.size() &&
                              ends_with_same(parts.domain, domain) &&
                              parts.domain[parts.domain.size() - domain.size() - 1] == '.';
        if (!is_below && !same(parts.domain, domain)) continue;
        if (is_exempt || !is_below) return address;
        return fmt::format("{}@{}", parts.localpart, domain);
    }
    return address;
}

Task<Result<std::vector<DraftRecipient>>> AddressRules::virtual_aliases(
    DraftRecipient recipient) const {
    std::vector<DraftRecipient> done;
    if (virtual_.empty()) {
        done.push_back(std::move(recipient));
        co_return done;
    }
    // Level by level; an address that was seen stands for itself, so that a loop ends.
    std::set<std::string> seen;
    std::vector<std::string> level{recipient.address};
    for (std::size_t depth = 0; !level.empty(); ++depth) {
        if (depth > recursion_limit_)
            co_return temporary("unreasonable virtual_alias_maps map nesting for " +
                                recipient.address);
        std::vector<std::string> next;
        for (const std::string& address : level) {
            std::optional<std::vector<std::string>> results;
            if (seen.insert(lower(address)).second && address.size() <= address_length_limit_) {
                auto found = co_await mapped(virtual_, address, propagates_virtual_);
                if (!found) co_return found.error();
                results = std::move(*found);
            }
            if (!results) {
                done.push_back(
                    {address, recipient.original, recipient.dsn_orcpt, recipient.notify});
                continue;
            }
            for (std::string& result : *results) {
                const bool is_itself = same(result, address);
                if (is_itself)
                    done.push_back({std::move(result), recipient.original, recipient.dsn_orcpt,
                                    recipient.notify});
                else
                    next.push_back(std::move(result));
            }
        }
        if (done.size() + next.size() > expansion_limit_)
            co_return temporary("unreasonable virtual_alias_maps map expansion size for " +
                                recipient.address);
        level = std::move(next);
    }
    co_return done;
}

Task<Result<std::vector<std::string>>> AddressRules::bcc_recipients(
    std::string sender, std::vector<std::string> recipients) const {
    std::vector<std::string> bcc;
    if (!always_bcc_.empty()) bcc.push_back(always_bcc_);
    if (!sender_bcc_.empty() && !sender.empty()) {
        auto found = co_await mapped(sender_bcc_, sender, false);
        if (!found) co_return found.error();
        if (*found) bcc.insert(bcc.end(), (*found)->begin(), (*found)->end());
    }
    for (const std::string& recipient : recipients) {
        if (recipient_bcc_.empty()) break;
        auto found = co_await mapped(recipient_bcc_, recipient, false);
        if (!found) co_return found.error();
        if (*found) bcc.insert(bcc.end(), (*found)->begin(), (*found)->end());
    }
    std::sort(bcc.begin(), bcc.end());
    bcc.erase(std::unique(bcc.begin(), bcc.end()), bcc.end());
    co_return bcc;
}

}  // namespace postern::cleanup
