// PROXY headers; see the header.
#include "lib/mail/proxy_header.h"

#include "lib/base/strings.h"
#include "lib/mail/hostname.h"

#include <fmt/format.h>
#include <netinet/in.h>

#include <cstring>

namespace postern::mail {

namespace {

using Parsed = Result<std::optional<ProxyHeader>>;
using event::SocketAddress;

constexpr std::string_view text_start = "PROXY ";
constexpr std::size_t longest_text = 107;
constexpr std::string_view binary_start{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t binary_head = 16, longest_binary = 16384;

Parsed incomplete() { return std::optional<ProxyHeader>(); }

Error bad(std::string_view problem) { return permanent(fmt::format("bad PROXY header: {}", problem)); }

Result<SocketAddress> parse_endpoint(std::string_view host, std::string_view port, bool is_ipv6) {
    const bool is_valid = is_ipv6 ? is_valid_ipv6(host) : is_valid_ipv4(host);
    const auto number = parse_number(port);
    if (!is_valid || !number || *number > 65535 || port.size() > 5)
        return bad(fmt::format("address \"{}\" port \"{}\"", printable(host, 50), printable(port, 10)));
    return SocketAddress::numeric(host, static_cast<std::uint16_t>(*number));
}

/// "PROXY TCP4 198.51.100.1 203.0.113.2 56324 25\r\n"
Parsed parse_text(std::string_view input) {
    const auto end = input.substr(0, longest_text).find('\n');
    if (end == std::string_view::npos) {
        if (input.size() >= longest_text) return bad("too long");
        return incomplete();
    }
    if (end == 0 || input[end - 1] != '\r') return bad("a line end without CR");
    ProxyHeader header;
    header.size = end + 1;
    const auto words = split(input.substr(0, end - 1), " ");
    if (words.size() >= 2 && words[1] == "UNKNOWN") return std::optional(header);
    if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6"))
        return bad(fmt::format("\"{}\"", printable(input.substr(0, end - 1), longest_text)));
    const bool is_ipv6 = words[1] == "TCP6";
    auto client = parse_endpoint(words[2], words[4], is_ipv6);
    if (!client) return client.error();
    auto server = parse_endpoint(words[3], words[5], is_ipv6);
    if (!server) return server.error();
    header.has_addresses = true;
    header.client = *client;
    header.server = *server;
    return std::optional(header);
}

std::size_t number_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]) * 256u + static_cast<unsigned char>(bytes[at + 1]);
}

SocketAddress ipv4_endpoint(std::string_view address, std::size_t port) {
    sockaddr_in ip{};
    ip.sin_family = AF_INET;
    ip.sin_port = htons(static_cast<std::uint16_t>(port));
    std::memcpy(&ip.sin_addr, address.data(), sizeof ip.sin_addr);
    return {reinterpret_cast<const sockaddr*>(&ip), sizeof ip};
}

SocketAddress ipv6_endpoint(std::string_view address, std::size_t port) {
    sockaddr_in6 ip{};
    ip.sin6_family = AF_INET6;
    ip.sin6_port = htons(static_cast<std::uint16_t>(port));
    std::memcpy(&ip.sin6_addr, address.data(), sizeof ip.sin6_addr);
    return {reinterpret_cast<const sockaddr*>(&ip), sizeof ip};
}

/// After the start: version and command, family and transport, length of the rest (two bytes), then
/// both addresses and both ports, then what we need not know.
Parsed parse_binary(std::string_view input) {
    if (input.size() < binary_head) return incomplete();
    const unsigned command = static_cast<unsigned char>(input[12]), kind = static_cast<unsigned char>(input[13]);
    const std::size_t length = number_at(input, 14);
    if ((command & 0xf0) != 0x20 || (command & 0x0f) > 1)
        return bad(fmt::format("version and command 0x{:02x}", command));
    if (binary_head + length > longest_binary) return bad("too long");
    if (input.size() < binary_head + length) return incomplete();
    ProxyHeader header;
    header.size = binary_head + length;
    const std::string_view rest = input.substr(binary_head, length);
    if ((command & 0x0f) == 0) return std::optional(header);   // LOCAL
    if (kind != 0x11 && kind != 0x21) return bad(fmt::format("family and transport 0x{:02x}", kind));
    const std::size_t size = kind == 0x11 ? 4 : 16;
    if (length < 2 * size + 4) return bad("too short for its addresses");
    const auto endpoint = kind == 0x11 ? ipv4_endpoint : ipv6_endpoint;
    header.has_addresses = true;
    header.client = endpoint(rest.substr(0, size), number_at(rest, 2 * size));
    header.server = endpoint(rest.substr(size, size), number_at(rest, 2 * size + 2));
    return std::optional(header);
}

}  // namespace

Parsed parse_proxy_header(std::string_view input) {
    const auto agrees = [&](std::string_view start) {
        return input.substr(0, start.size()) == start.substr(0, input.size());
    };
    if (agrees(text_start)) return input.size() < text_start.size() ? incomplete() : parse_text(input);
    if (agrees(binary_start))
        return input.size() < binary_start.size() ? incomplete() : parse_binary(input);
    return bad("it does not begin as one");
}

}  // namespace postern::mail
