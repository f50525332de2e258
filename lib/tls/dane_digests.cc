// Digests of TLSA records; see the header.
#include "lib/tls/dane_digests.h"

#include "lib/base/strings.h"
#include "lib/tls/context.h"

#include <fmt/format.h>

namespace postern::tls {

namespace {

/// IANA's registry of TLSA matching types.
constexpr std::pair<std::string_view, std::uint8_t> registered[] = {{"sha256", 1}, {"sha512", 2}};

Result<DaneDigest> parse_one(const std::string& word) {
    const auto fault = [&](std::string_view why) {
        return permanent(fmt::format("tls_dane_digests: \"{}\": {}", printable(word, 100), why));
    };
    const auto pair = cut(word, '=');
    DaneDigest digest{lower(pair ? pair->first : std::string_view(word))};
    const EVP_MD* known = digest_named(digest.name);
    if (!known) return fault("no such digest");
    digest.size = static_cast<std::size_t>(EVP_MD_get_size(known));
    for (const auto& [name, number] : registered)
        if (name == digest.name) digest.matching_type = number;
    if (!pair && digest.matching_type == 0) return fault("its number of IANA's registry is not known");
    if (!pair) return digest;
    const auto number = parse_number(pair->second);
    if (!number || *number == 0 || *number > 255) return fault("bad number");
    if (digest.matching_type != 0 && *number != digest.matching_type) return fault("not its number");
    digest.matching_type = static_cast<std::uint8_t>(*number);
    return digest;
}

}  // namespace

Result<std::vector<DaneDigest>> parse_dane_digests(const std::vector<std::string>& words) {
    std::vector<DaneDigest> digests;
    for (const std::string& word : words) {
        auto digest = parse_one(word);
        if (!digest) return digest.error();
        digests.push_back(std::move(*digest));
    }
    return digests;
}

}  // namespace postern::tls
