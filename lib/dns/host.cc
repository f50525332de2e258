// The system's name services in threads; see the header.
#include "lib/dns/host.h"

#include "lib/base/strings.h"
#include "lib/mail/hostname.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cstring>
#include <memory>

namespace postern::dns {

namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

bool is_no_such_host(int code) {
    return code == EAI_NONAME || code == EAI_NODATA || code == EAI_ADDRFAMILY;
}

/// The list, and getaddrinfo's code.
std::pair<AddressList, int> ask_system(const std::string& host, int family) {
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
    return {AddressList(code == 0 ? found : nullptr, ::freeaddrinfo), code};
}

int family_to_ask(Families families) {
    if (families.ipv4 && families.ipv6) return AF_UNSPEC;
    return families.ipv4 ? AF_INET : AF_INET6;
}

Result<std::vector<event::SocketAddress>> addresses_now(const std::string& host,
                                                        Families families) {
    const auto [list, code] = ask_system(host, family_to_ask(families));
    std::vector<event::SocketAddress> addresses;
    if (is_no_such_host(code)) return addresses;
    if (code != 0) return temporary(::gai_strerror(code));
    for (const addrinfo* one = list.get(); one; one = one->ai_next)
        if (families.has(one->ai_family)) addresses.emplace_back(one->ai_addr, one->ai_addrlen);
    return addresses;
}

NameStatus failure_status(int code) {
    return is_no_such_host(code) || code == EAI_FAIL ? NameStatus::permanent
                                                     : NameStatus::temporary;
}

bool leads_to(const addrinfo* list, const event::SocketAddress& client) {
    for (; list; list = list->ai_next)
        if (event::SocketAddress(list->ai_addr, list->ai_addrlen).host() == client.host())
            return true;
    return false;
}

/// Whether the name leads back to the address.
void check_forward(ClientName& client, const event::SocketAddress& address) {
    const auto [list, code] = ask_system(client.reverse_name, address.family());
    if (code != 0) {
        client.name_status = failure_status(code);
        client.warning = fmt::format("hostname {} does not resolve to address {}: {}",
                                     client.reverse_name, address.host(), ::gai_strerror(code));
    } else if (!leads_to(list.get(), address)) {
        client.name_status = NameStatus::forged;
        client.warning = fmt::format("hostname {} does not resolve to address {}",
                                     client.reverse_name, address.host());
    } else {
        client.name = client.reverse_name;
        client.name_status = NameStatus::ok;
    }
}

ClientName client_name_now(const event::SocketAddress& address) {
    ClientName client;
    char name[NI_MAXHOST];
    const int code = ::getnameinfo(address.get(), address.size(), name, sizeof name, nullptr, 0,
                                   NI_NAMEREQD);
    if (code != 0) {
        client.name_status = client.reverse_name_status = failure_status(code);
        return client;
    }
    if (mail::is_valid_ip(name)) {
        client.warning = fmt::format("numeric hostname: {}", name);
        return client;
    }
    if (!mail::is_valid_hostname(name)) return client;
    client.reverse_name = name;
    client.reverse_name_status = NameStatus::ok;
    check_forward(client, address);
    return client;
}

Result<std::uint16_t> port_now(const std::string& service) {
    if (const auto number = parse_number(service); number && *number > 0 && *number < 65536)
        return static_cast<std::uint16_t>(*number);
    servent entry{}, *found = nullptr;
    char buffer[1024];
    ::getservbyname_r(service.c_str(), "tcp", &entry, buffer, sizeof buffer, &found);
    if (!found) return permanent("unknown service: \"" + printable(service) + "\"");
    return static_cast<std::uint16_t>(ntohs(static_cast<std::uint16_t>(found->s_port)));
}

}  // namespace

Result<Families> Families::parse(std::string_view inet_protocols) {
    Families families{false, false};
    for (const std::string_view word : split(inet_protocols)) {
        if (word != "all" && word != "ipv4" && word != "ipv6")
            return permanent("unknown protocol: \"" + std::string(word) + "\"");
        families.ipv4 = families.ipv4 || word != "ipv6";
        families.ipv6 = families.ipv6 || word != "ipv4";
    }
    return families;
}

int code_of(NameStatus status) noexcept {
    switch (status) {
    case NameStatus::ok: return 2;
    case NameStatus::temporary: return 4;
    case NameStatus::permanent: return 5;
    case NameStatus::forged: break;
    }
    return 6;
}

Task<Result<std::vector<event::SocketAddress>>> addresses_of_host(event::Pool& names,
                                                                  std::string host,
                                                                  Families families) {
    co_return co_await names.offload([host, families] { return addresses_now(host, families); });
}

Task<ClientName> name_of_client(event::Pool& names, event::SocketAddress client) {
    co_return co_await names.offload([client] { return client_name_now(client); });
}

Task<Result<std::uint16_t>> port_of_service(event::Pool& names, std::string service) {
    if (is_all_digits(service)) co_return port_now(service);
    co_return co_await names.offload([service] { return port_now(service); });
}

}  // namespace postern::dns
