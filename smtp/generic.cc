// Generic maps; see the header.
#include "smtp/generic.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/address_header.h"
#include "lib/mail/header_field.h"
#include "lib/mail/header_names.h"

namespace postern::smtp {

mail::LookupKeys Generic::keys_for(std::string_view address) const {
    mail::LookupKeys keys;
    keys.recipient_delimiter = settings_.recipient_delimiter;
    keys.has_bare_localpart =
        settings_.our_domains.contains(lower(mail::split_address(address).domain));
    return keys;
}

Task<Result<std::string>> Generic::mapped(std::string address) {
    if (maps_.empty() || address.empty()) co_return address;
    auto found = co_await mail::find_address(maps_, address, keys_for(address));
    if (!found) co_return found.error().in("smtp_generic_maps");
    if (!*found) co_return address;
    std::string value = mail::internal((*found)->value);
    if (value.starts_with('@'))
        value = std::string(mail::split_address(address).localpart) + value;
    else if (settings_.propagates_generic)
        value = mail::with_extension(value, (*found)->unmatched_extension);
    if (value.find('@') == value.npos) value += "@" + settings_.myorigin;
    co_return value;
}

Task<Result<std::string>> Generic::rewrite(std::string text) {
    const auto field = mail::parse_field(text);
    if (!field || !mail::header_info(field->name).has_addresses()) co_return text;
    mail::AddressHeader addresses(field->value, settings_.header_address_token_limit);
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const std::string before = addresses.address(i);
        auto after = co_await mapped(before);
        if (!after) co_return after.error();
        if (*after != before) addresses.replace(i, mail::external(*after));
    }
    if (!addresses.changed()) co_return text;
    co_return addresses.field(field->name);
}

}  // namespace postern::smtp
