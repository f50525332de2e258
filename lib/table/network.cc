// Addresses and networks.
#include "lib/table/network.h"

#include "lib/base/strings.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

namespace postern::table {

namespace {

/// "[a]/n", "[a/n]" and "[a]" without the brackets.
std::string without_brackets(std::string_view text) {
    if (!text.starts_with('[')) return std::string(text);
    const auto close = text.find(']');
    if (close == text.npos) return std::string(text);
    return std::string(text.substr(1, close - 1)) + std::string(text.substr(close + 1));
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    IpAddress address;
    const std::string zero_ended(text);
    if (::inet_pton(AF_INET, zero_ended.c_str(), address.bytes_.data()) == 1) return address;
    address.is_v6_ = true;
    if (::inet_pton(AF_INET6, zero_ended.c_str(), address.bytes_.data()) == 1) return address;
    return std::nullopt;
}

IpAddress IpAddress::masked(unsigned prefix) const {
    IpAddress result = *this;
    for (unsigned at = 0; at < bits() / 8; ++at) {
        const unsigned kept = std::clamp<int>(static_cast<int>(prefix) - 8 * static_cast<int>(at),
                                              0, 8);
        result.bytes_[at] &= static_cast<unsigned char>(0xff00u >> kept);
    }
    return result;
}

std::string IpAddress::text() const {
    char buffer[INET6_ADDRSTRLEN];
    ::inet_ntop(is_v6_ ? AF_INET6 : AF_INET, bytes_.data(), buffer, sizeof buffer);
    return buffer;
}

Result<Network> Network::parse(std::string_view text) {
    const std::string bare = without_brackets(text);
    const auto parts = cut(bare, '/');
    const auto address = IpAddress::parse(parts ? parts->first : std::string_view(bare));
    if (!address) return permanent(fmt::format("bad address pattern: \"{}\"", text));
    if (!parts) return Network(*address, address->bits());

    const auto prefix = parse_number(parts->second);
    if (!prefix) return permanent(fmt::format("bad mask value in \"{}\"", bare));
    if (*prefix > address->bits()) return permanent(fmt::format("bad mask length in \"{}\"", bare));
    const auto base = address->masked(static_cast<unsigned>(*prefix));
    if (base != *address)
        return permanent(fmt::format("non-null host address bits in \"{}\", perhaps you should "
                                     "use \"{}/{}\" instead",
                                     bare, base.text(), *prefix));
    return Network(base, static_cast<unsigned>(*prefix));
}

bool looks_like_network(std::string_view text) {
    const auto is_v4_or_mask = [](char c) { return is_digit(c) || c == '.' || c == '/'; };
    return text.starts_with('[') || text.find(':') != text.npos ||
           std::ranges::all_of(text, is_v4_or_mask);
}

}  // namespace postern::table
