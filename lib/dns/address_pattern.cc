// Patterns of addresses; see the header.
#include "lib/dns/address_pattern.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <netinet/in.h>

#include <optional>
#include <vector>

namespace postern::dns {

namespace {

using Octet = std::bitset<256>;

std::optional<std::size_t> parse_byte(std::string_view text) {
    const auto number = parse_number(text);
    if (!number || *number > 255) return std::nullopt;
    return static_cast<std::size_t>(*number);
}

/// "4" or "4..9".
bool add_range(Octet& octet, std::string_view text) {
    const auto dots = text.find("..");
    const auto first = parse_byte(text.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : parse_byte(text.substr(dots + 2));
    if (!first || !last || *last < *first) return false;
    for (std::size_t i = *first; i <= *last; ++i) octet.set(i);
    return true;
}

std::optional<Octet> parse_octet(std::string_view text) {
    Octet octet;
    const bool is_set = text.starts_with('[') && text.ends_with(']');
    if (!is_set) {
        const auto number = parse_byte(text);
        if (!number) return std::nullopt;
        return octet.set(*number);
    }
    const auto ranges = split(text.substr(1, text.size() - 2), ";");
    for (const std::string_view range : ranges)
        if (!add_range(octet, range)) return std::nullopt;
    return ranges.empty() ? std::nullopt : std::optional(octet);
}

/// The pieces between dots outside of brackets.
std::vector<std::string_view> split_octets(std::string_view text) {
    std::vector<std::string_view> pieces;
    bool is_inside = false;
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '[' || text[i] == ']') is_inside = text[i] == '[';
        if (text[i] != '.' || is_inside) continue;
        pieces.push_back(text.substr(start, i - start));
        start = i + 1;
    }
    pieces.push_back(text.substr(start));
    return pieces;
}

}  // namespace

Result<AddressPattern> AddressPattern::parse(std::string_view text) {
    const Error bad = permanent(fmt::format("bad address pattern \"{}\": need d.d.d.d, each a number "
                                            "0 to 255, or [number;number..number]", printable(text)));
    const auto pieces = split_octets(text);
    if (pieces.size() != 4) return bad;
    AddressPattern pattern;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const auto octet = parse_octet(pieces[i]);
        if (!octet) return bad;
        pattern.octets_[i] = *octet;
    }
    return pattern;
}

bool AddressPattern::matches(const event::SocketAddress& address) const noexcept {
    if (address.family() != AF_INET) return false;
    const auto& ip = *reinterpret_cast<const sockaddr_in*>(address.get());
    const auto* byte = reinterpret_cast<const unsigned char*>(&ip.sin_addr);
    for (std::size_t i = 0; i < octets_.size(); ++i)
        if (!octets_[i].test(byte[i])) return false;
    return true;
}

}  // namespace postern::dns
