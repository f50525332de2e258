// DNS resource records (RFC 1035) of the types that mail needs, taken apart.
#pragma once

#include "lib/base/clock.h"
#include "lib/event/socket.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace postern::dns {

/// Types by their numbers.
enum class Type : std::uint16_t {
    a = 1, ns = 2, cname = 5, soa = 6, ptr = 12, mx = 15, txt = 16, aaaa = 28, srv = 33, tlsa = 52,
};

/// "MX"; "TYPE99" for a number without a name here (RFC 3597).
std::string type_name(Type type);

/// A, AAAA. The port is 0.
struct HostAddress {
    event::SocketAddress address;
};
/// CNAME, PTR, NS.
struct DomainName {
    std::string name;
};
/// MX. The host "" is the root: "no mail here" (RFC 7505).
struct MailExchanger {
    std::uint16_t preference;
    std::string host;
};
/// SRV (RFC 2782). The host "" is the root: "no such service".
struct Service {
    std::uint16_t priority, weight, port;
    std::string host;
};
/// TXT: its strings, joined.
struct Text {
    std::string text;
};
/// TLSA (RFC 6698): bytes, not hexadecimal.
struct TlsAssociation {
    std::uint8_t usage, selector, matching_type;
    std::string data;
};

using RecordData =
    std::variant<HostAddress, DomainName, MailExchanger, Service, Text, TlsAssociation>;

/// Names are without the final dot, as the server spells them.
struct Record {
    std::string owner;
    Type type;
    seconds ttl;
    RecordData data;

    /// "name ttl IN type data" with final dots, as smtp_dns_reply_filter and its like match it.
    std::string text() const;
};

}  // namespace postern::dns
