// Refused logins; see the header.
#include "smtp/refused_logins.h"

#include "lib/base/strings.h"
#include "lib/tls/digest.h"

#include <fmt/format.h>

namespace postern::smtp {

std::string RefusedLogins::key_of(std::string_view host, const sasl::Credentials& credentials) {
    sasl::Secret whole;
    // Room for all of it at once, so that no copy of the password is left behind.
    whole.text().reserve(host.size() + credentials.username.size() + credentials.password.text().size() + 3);
    for (const std::string_view part : {host, std::string_view(credentials.username),
                                        std::string_view(credentials.password.text())})
        whole.text().append(part).push_back('\0');
    return fmt::format("{};{}", host, tls::sha256_text(whole.text()));
}

Task<std::optional<Reply>> RefusedLogins::find(std::string key) const {
    auto found = co_await proxy_.find(table_, {}, key);
    if (!found) log_.warning("smtp_sasl_auth_cache_name: {}", found.error().text);
    if (!found || !*found) co_return std::nullopt;
    const auto parts = cut(**found, ';');
    const auto until = parts ? parse_number(parts->first) : std::nullopt;
    if (until && to_unix(clock_.wall()) < static_cast<std::int64_t>(*until)) co_return parse_reply(parts->second);
    auto removed = co_await proxy_.remove(table_, key);
    if (!removed) log_.warning("smtp_sasl_auth_cache_name: {}", removed.error().text);
    co_return std::nullopt;
}

Task<void> RefusedLogins::add(std::string key, std::string reply) const {
    const std::string value = fmt::format("{};{}", to_unix(clock_.wall() + lifetime_), reply);
    auto put = co_await proxy_.put(table_, key, value);
    if (!put) log_.warning("smtp_sasl_auth_cache_name: {}", put.error().text);
}

}  // namespace postern::smtp
