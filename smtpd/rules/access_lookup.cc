// Keys of access tables; see the header.
#include "smtpd/rules/access_lookup.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"

namespace postern::smtpd {

Keys name_keys(std::string_view name, bool parents_match) {
    Keys keys{std::string(name)};
    if (name.starts_with('[')) return keys;
    for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1))
        if (dot + 1 < name.size()) keys.emplace_back(name.substr(parents_match ? dot + 1 : dot));
    return keys;
}

Keys address_keys(std::string_view address) {
    Keys keys{std::string(address)};
    const bool is_ipv6 = address.find(':') != std::string_view::npos;
    for (;;) {
        const auto end = address.rfind(is_ipv6 ? ':' : '.');
        if (end == std::string_view::npos || end == 0) return keys;
        address = address.substr(0, end);
        while (address.ends_with(':'))
            address.remove_suffix(1);
        keys.emplace_back(address);
    }
}

Keys mailbox_keys(std::string_view mailbox, const Settings& settings) {
    if (mailbox.empty()) return {settings.smtpd_null_access_lookup_key};
    const auto parts = mail::split_address(mailbox);
    const auto extended = mail::split_extension(parts.localpart, settings.recipient_delimiter,
                                                settings.owner_request_special);
    Keys keys;
    // A local part alone is looked up as one, "user@": a key without "@" is a domain.
    if (parts.has_domain) keys.emplace_back(mailbox);
    if (extended && parts.has_domain)
        keys.push_back(std::string(extended->user) + "@" + std::string(parts.domain));
    if (parts.has_domain && !parts.domain.empty())
        for (std::string& key : name_keys(parts.domain, settings.access_maps_match_parents))
            keys.push_back(std::move(key));
    keys.push_back(std::string(parts.localpart) + "@");
    if (extended) keys.push_back(std::string(extended->user) + "@");
    return keys;
}

Task<table::Found> find_first(const table::Maps& tables, Keys keys) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        auto found = i == 0 ? co_await tables.find(keys[i]) : co_await tables.find_partial(keys[i]);
        if (!found || *found) co_return found;
    }
    co_return std::optional<std::string>();
}

}  // namespace postern::smtpd
