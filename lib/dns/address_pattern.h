// Patterns of IPv4 addresses, with which filters on DNS lists tell one answer from another
// (postconf(5), reject_rbl_client): "127.0.0.2", "127.0.[0..3].[2;4..9]".
#pragma once

#include "lib/base/result.h"
#include "lib/event/socket.h"

#include <array>
#include <bitset>
#include <string_view>

namespace postern::dns {

class AddressPattern {
public:
    /// Four numbers 0 to 255 between dots; in place of one, numbers or ranges in brackets. Error:
    /// permanent, quoting the pattern.
    static Result<AddressPattern> parse(std::string_view text);

    /// False for what is no IPv4 address.
    bool matches(const event::SocketAddress& address) const noexcept;

private:
    std::array<std::bitset<256>, 4> octets_;
};

}  // namespace postern::dns
