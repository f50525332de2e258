// Internet addresses and networks as tables and lists have them: 192.0.2.0/24, [2001:db8::]/32.
#pragma once

#include "lib/base/result.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace postern::table {

/// A numeric IPv4 or IPv6 address.
class IpAddress {
public:
    /// "192.0.2.1" or "2001:db8::1", without brackets; nothing when it is not one.
    static std::optional<IpAddress> parse(std::string_view text);

    bool is_v6() const noexcept { return is_v6_; }
    unsigned bits() const noexcept { return is_v6_ ? 128 : 32; }
    /// With all but the first `prefix` bits zero.
    IpAddress masked(unsigned prefix) const;
    /// In the shortest form (RFC 5952).
    std::string text() const;
    friend bool operator==(const IpAddress&, const IpAddress&) = default;

private:
    std::array<unsigned char, 16> bytes_{};
    bool is_v6_ = false;
};

class Network {
public:
    /// "address" or "address/prefix"; the address, or the whole, may be in brackets. Errors, in
    /// Postfix's words: bad address pattern, bad mask value, bad mask length, non-null host
    /// address bits (which names the network that was meant).
    static Result<Network> parse(std::string_view text);

    bool is_v6() const noexcept { return base_.is_v6(); }
    bool contains(const IpAddress& address) const {
        return address.is_v6() == base_.is_v6() && address.masked(prefix_) == base_;
    }

private:
    Network(IpAddress base, unsigned prefix) : base_(base), prefix_(prefix) {}
    IpAddress base_;
    unsigned prefix_;
};

/// Whether `text` looks like an address or network rather than a name: digits and dots, or colons.
bool looks_like_network(std::string_view text);

}  // namespace postern::table
