// Protocol lists; see the header.
#include "lib/tls/protocols.h"

#include "lib/base/strings.h"

#include <openssl/ssl.h>

#include <charconv>
#include <optional>

namespace postern::tls {

namespace {

struct Version {
    std::string_view name;
    int number;
    std::uint64_t flag;
};

constexpr Version versions[] = {
    {"SSLv2", 2, 0},   // long gone; a list may still exclude it
    {"SSLv3", SSL3_VERSION, SSL_OP_NO_SSLv3},
    {"TLSv1", TLS1_VERSION, SSL_OP_NO_TLSv1},
    {"TLSv1.1", TLS1_1_VERSION, SSL_OP_NO_TLSv1_1},
    {"TLSv1.2", TLS1_2_VERSION, SSL_OP_NO_TLSv1_2},
    {"TLSv1.3", TLS1_3_VERSION, SSL_OP_NO_TLSv1_3},
};

const Version* version_named(std::string_view name) {
    for (const Version& version : versions)
        if (same(version.name, name)) return &version;
    return nullptr;
}

std::optional<int> bound(std::string_view text) {
    if (const Version* version = version_named(text)) return version->number;
    if (starts_with_same(text, "0x")) text.remove_prefix(2);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
    if (error != std::errc() || end != text.data() + text.size() || number < SSL3_VERSION)
        return std::nullopt;
    return number;
}

constexpr std::uint64_t all_flags() {
    std::uint64_t flags = 0;
    for (const Version& version : versions) flags |= version.flag;
    return flags;
}

/// One word of the list; false when it is none.
bool take(Protocols& protocols, std::uint64_t& included, std::string_view word) {
    if (word.starts_with(">=") || word.starts_with("<=")) {
        const auto number = bound(word.substr(2));
        if (number) (word[0] == '>' ? protocols.lowest : protocols.highest) = *number;
        return number.has_value();
    }
    const bool is_excluded = word.starts_with('!');
    const Version* version = version_named(word.substr(is_excluded ? 1 : 0));
    if (!version) return false;
    (is_excluded ? protocols.excluded : included) |= version->flag;
    return true;
}

}  // namespace

Result<Protocols> Protocols::parse(std::string_view text) {
    Protocols protocols;
    std::uint64_t included = 0;
    for (const std::string_view word : split(text, " \t\r\n,:"))
        if (!take(protocols, included, word))
            return permanent("Invalid TLS protocol list \"" + printable(text) + "\"");
    if (included != 0) protocols.excluded |= all_flags() & ~included;
    return protocols;
}

}  // namespace postern::tls
