#include "lib/mail/hostname.h"

#include "lib/base/strings.h"
#include "lib/config/idna.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

namespace postern::mail {

namespace {

constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_label = 63;

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > longest_label) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(),
                       [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_'; });
}

bool is_ascii_hostname(std::string_view name) {
    if (name.empty() || name.size() > longest_name) return false;
    if (name.find_first_not_of("0123456789.") == std::string_view::npos) return false;
    for (std::string_view rest = name;;) {
        const auto dot = rest.find('.');
        if (!is_label(rest.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        rest.remove_prefix(dot + 1);
    }
}

template <class Address>
std::optional<Address> binary(int family, std::string_view text) {
    Address address;
    if (text.size() >= INET6_ADDRSTRLEN + 1u) return std::nullopt;
    if (inet_pton(family, std::string(text).c_str(), &address) != 1) return std::nullopt;
    return address;
}

}  // namespace

bool is_valid_hostname(std::string_view name) {
    if (is_all_ascii(name)) return is_ascii_hostname(name);
    const auto ascii = config::domain_to_ascii(name);
    return ascii && is_ascii_hostname(*ascii);
}

bool is_valid_ipv4(std::string_view text) noexcept {
    if (text.size() >= INET_ADDRSTRLEN) return false;
    char copy[INET_ADDRSTRLEN] = {};
    std::copy(text.begin(), text.end(), copy);
    in_addr address;
    return inet_pton(AF_INET, copy, &address) == 1;
}

bool is_valid_ipv6(std::string_view text) noexcept {
    if (text.size() >= INET6_ADDRSTRLEN) return false;
    char copy[INET6_ADDRSTRLEN] = {};
    std::copy(text.begin(), text.end(), copy);
    in6_addr address;
    return inet_pton(AF_INET6, copy, &address) == 1;
}

std::optional<std::string_view> address_of_literal(std::string_view literal) noexcept {
    if (literal.size() < 3 || literal.front() != '[' || literal.back() != ']') return std::nullopt;
    std::string_view inside = literal.substr(1, literal.size() - 2);
    if (starts_with_same(inside, "IPv6:")) {
        inside.remove_prefix(5);
        return is_valid_ipv6(inside) ? std::optional(inside) : std::nullopt;
    }
    return is_valid_ipv4(inside) ? std::optional(inside) : std::nullopt;
}

std::string address_literal(std::string_view address) {
    const bool is_v6 = address.find(':') != std::string_view::npos;
    return fmt::format("[{}{}]", is_v6 ? "IPv6:" : "", address);
}

std::optional<std::string> canonical_ip(std::string_view address) {
    char text[INET6_ADDRSTRLEN];
    if (const auto v4 = binary<in_addr>(AF_INET, address))
        return std::string(inet_ntop(AF_INET, &*v4, text, sizeof text));
    if (const auto v6 = binary<in6_addr>(AF_INET6, address))
        return std::string(inet_ntop(AF_INET6, &*v6, text, sizeof text));
    return std::nullopt;
}

}  // namespace postern::mail
