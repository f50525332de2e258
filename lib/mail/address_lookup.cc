// Partial keys; see the header.
#include "lib/mail/address_lookup.h"

#include "lib/mail/address.h"

namespace postern::mail {

namespace {

using Answered = Result<std::optional<AddressMatch>>;

Task<Answered> find_key(const table::Maps& maps, std::string key, std::string extension) {
    auto found = co_await maps.find_partial(key);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<AddressMatch>();
    co_return std::optional(AddressMatch{std::move(**found), std::move(extension)});
}

}  // namespace

Task<Answered> find_address(const table::Maps& maps, std::string address, const LookupKeys& keys) {
    if (maps.empty()) co_return std::optional<AddressMatch>();
    // The whole address first, in tables of every kind.
    auto whole = co_await maps.find(address);
    if (!whole) co_return whole.error();
    if (*whole) co_return std::optional(AddressMatch{std::move(**whole), {}});

    const AddressParts parts = split_address(address);
    const std::string domain(parts.domain);
    const auto split = split_extension(parts.localpart, keys.recipient_delimiter,
                                       keys.owner_request_special);
    const std::string user(split ? split->user : parts.localpart);
    const std::string extension = split ? std::string(parts.localpart.substr(user.size())) : "";

    if (split && parts.has_domain) {
        auto found = co_await find_key(maps, user + "@" + domain, extension);
        if (!found || *found) co_return found;
    }
    if (keys.has_bare_localpart && parts.has_domain) {
        auto found = co_await find_key(maps, std::string(parts.localpart), {});
        if (!found || *found) co_return found;
    }
    if (split && (keys.has_bare_localpart || !parts.has_domain)) {
        auto found = co_await find_key(maps, user, extension);
        if (!found || *found) co_return found;
    }
    if (keys.has_domain && parts.has_domain) co_return co_await find_key(maps, "@" + domain, {});
    co_return std::optional<AddressMatch>();
}

std::string with_extension(std::string_view address, std::string_view unmatched_extension) {
    if (unmatched_extension.empty()) return std::string(address);
    const AddressParts parts = split_address(address);
    std::string extended(parts.localpart);
    extended += unmatched_extension;
    if (parts.has_domain) (extended += '@') += parts.domain;
    return extended;
}

}  // namespace postern::mail
