// The header with which an HAProxy-like proxy says for whom it speaks (PROXY protocol versions 1
// and 2, haproxy's proxy-protocol.txt).
#pragma once

#include "lib/base/result.h"
#include "lib/event/socket.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace postern::mail {

struct ProxyHeader {
    /// False: the proxy speaks for itself, or for somebody it does not know ("LOCAL", "UNKNOWN"):
    /// the addresses of the connection stay as they are.
    bool has_addresses = false;
    event::SocketAddress client, server;   ///< IPv4-mapped IPv6 addresses as IPv4
    std::size_t size = 0;                  ///< bytes of the header
};

/// Reads a header from the start of `input`. Nothing: it is not complete. Error (permanent): no
/// such header, or longer than the protocol allows (107 bytes; version 2: 16 KiB); it says why.
Result<std::optional<ProxyHeader>> parse_proxy_header(std::string_view input);

}  // namespace postern::mail
