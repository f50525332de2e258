// Who is at the other end of a session, as far as it is known.
#pragma once

#include "lib/dns/host.h"
#include "lib/event/socket.h"
#include "lib/report/wording.h"

#include <cstdint>
#include <string>

namespace postern::smtpd {

struct Client {
    std::string name = "unknown";          ///< verified
    std::string reverse_name = "unknown";  ///< not verified
    std::string address = "unknown";       ///< numeric, without brackets
    std::uint16_t port = 0;
    int family = 0;  ///< AF_INET, AF_INET6; 0 where there is no address
    dns::NameStatus name_status = dns::NameStatus::permanent;
    dns::NameStatus reverse_name_status = dns::NameStatus::permanent;

    bool is_named() const noexcept { return name_status == dns::NameStatus::ok; }
    /// "mail.example[192.0.2.1]".
    std::string text() const { return name + "[" + address + "]"; }
    /// The address as mail has it: "IPv6:2001:db8::1", "192.0.2.1".
    std::string mail_address() const { return family == AF_INET6 ? "IPv6:" + address : address; }
    report::Peer peer() const { return {name, address, port}; }
};

/// What the socket tells.
Client client_at(const event::SocketAddress& peer);

/// What XFORWARD says of the client behind a filter; "" where it says nothing.
struct ForwardedClient {
    std::string name, address, port, protocol, helo, ident, source;
};

}  // namespace postern::smtpd
