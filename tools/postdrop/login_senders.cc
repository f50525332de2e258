// Senders by login; see the header.
#include "tools/postdrop/login_senders.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/table/registry.h"

#include <fmt/format.h>
#include <pwd.h>

namespace postern::postdrop {
namespace {

std::string login_key(uid_t user) {
    const passwd* entry = ::getpwuid(user);
    return entry ? entry->pw_name : fmt::format("uid:{}", user);
}

std::string without_extension(std::string_view sender, std::string_view delimiters) {
    const auto parts = mail::split_address(sender);
    const auto split = mail::split_extension(parts.localpart, delimiters, true);
    std::string bare(split ? split->user : parts.localpart);
    if (parts.has_domain) bare.append("@").append(parts.domain);
    return bare;
}

Task<table::Found> find(const table::Maps& maps, std::string key) { co_return co_await maps.find(key); }

}  // namespace

bool allows_sender(std::string_view patterns, std::string_view sender, std::string_view null_key,
                   std::string_view recipient_delimiter) {
    const std::string bare = without_extension(sender, recipient_delimiter);
    const std::string_view domain = mail::split_address(bare).domain;
    for (const std::string_view pattern : split(patterns)) {
        if (pattern == "*") return true;
        if (sender.empty() && pattern == null_key) return true;
        if (sender.empty()) continue;
        if (pattern.starts_with('@') ? !domain.empty() && same(pattern.substr(1), domain)
                                     : same(pattern, bare))
            return true;
    }
    return false;
}

Result<bool> may_send_as(const config::Config& config, event::Loop& loop, uid_t user,
                         std::string_view sender) {
    constexpr std::string_view parameter = "local_login_sender_maps";
    table::Surroundings surroundings;
    surroundings.loop = &loop;
    table::Registry registry(config, std::move(surroundings));
    auto maps = registry.open_maps(parameter, config.text(parameter));
    if (!maps) return maps.error();
    auto found = loop.run(find(*maps, login_key(user)));
    if (!found) return found.error().in(parameter);
    if (!*found) return false;
    return allows_sender(**found, sender,
                         config.text("empty_address_local_login_sender_maps_lookup_key"),
                         config.text("recipient_delimiter"));
}

}  // namespace postern::postdrop
