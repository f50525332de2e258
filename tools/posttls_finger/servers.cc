// Finding servers; see the header.
#include "tools/posttls_finger/servers.h"

#include "lib/base/strings.h"
#include "lib/config/idna.h"
#include "lib/dns/host.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::posttls_finger {

namespace {

std::string ascii(const std::string& name) {
    return is_all_ascii(name) ? name : config::domain_to_ascii(name).value_or(name);
}

Error not_found(std::string_view name, dns::Type type, std::string_view reason) {
    return temporary(fmt::format("Host or domain name not found. Name service error for name={} type={}: {}", name,
                                 dns::type_name(type), reason));
}

}  // namespace

std::string Server::where() const {
    if (!path.empty()) return fmt::format("{}[{}]", host, path);
    return fmt::format("{}[{}]:{}", host, address.host(), address.port());
}

Result<Destination> Destination::parse(std::string_view text, bool is_lmtp) {
    Destination to;
    to.text = text;
    std::string_view place = text;
    if (is_lmtp && place.starts_with("unix:")) {
        to.path = place.substr(5);
        return to;
    }
    if (place.starts_with("inet:")) place.remove_prefix(5);
    const auto end = place.starts_with('[') ? place.find(']') : place.rfind(':');
    if (place.starts_with('[') && end == place.npos) return permanent("bad destination: " + printable(text));
    to.is_literal = place.starts_with('[') || is_lmtp;
    to.host = place.starts_with('[') ? place.substr(1, end - 1) : place.substr(0, end);
    if (starts_with_same(to.host, "ipv6:")) to.host.erase(0, 5);
    const auto colon = end == place.npos ? place.npos : place.find(':', end);
    to.service = colon == place.npos ? (is_lmtp ? "24" : "smtp") : std::string(place.substr(colon + 1));
    if (to.host.empty() || to.service.empty()) return permanent("bad destination: " + printable(text));
    return to;
}

bool Servers::is_wanted(int family) const {
    return !(options_.family == "ipv4" && family != AF_INET) && !(options_.family == "ipv6" && family != AF_INET6);
}

Task<Result<std::vector<Servers::Candidate>>> Servers::candidates(Destination destination, std::uint16_t port) {
    std::vector<Candidate> found;
    const std::string name = ascii(destination.host);
    const bool asks_srv = options_.uses_srv && !destination.is_literal;
    if (destination.is_literal || options_.host_lookup == "native") {
        found.push_back({destination.host, 0, port, true});
        co_return found;
    }
    const dns::Type type = asks_srv ? dns::Type::srv : dns::Type::mx;
    auto answer = co_await resolver_.look_up(asks_srv ? fmt::format("_{}._tcp.{}", destination.service, name) : name,
                                             type, Deadline::never());
    if (!answer) co_return not_found(destination.host, type, answer.error().text);
    for (const dns::Record& record : answer->records) {
        if (const auto* mx = std::get_if<dns::MailExchanger>(&record.data))
            found.push_back({mx->host, mx->preference, port, answer->is_authenticated});
        if (const auto* srv = std::get_if<dns::Service>(&record.data))
            found.push_back({srv->host, srv->priority, srv->port, answer->is_authenticated});
    }
    if (found.size() == 1 && found[0].host.empty())
        co_return permanent(fmt::format("Domain {} does not accept mail (nullMX)", destination.host));
    if (found.empty()) found.push_back({destination.host, 0, port, answer->is_authenticated});
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.preference < b.preference; });
    co_return found;
}

Task<Result<void>> Servers::add_addresses(std::vector<Server>& servers, Candidate candidate) {
    const auto add = [&](const event::SocketAddress& address, bool is_authenticated) {
        if (is_wanted(address.family()))
            servers.push_back({candidate.host, *event::SocketAddress::numeric(address.host(), candidate.port), "",
                               is_authenticated, candidate.is_authenticated});
    };
    if (const auto numeric = event::SocketAddress::numeric(candidate.host, 0)) {
        add(*numeric, false);
        co_return success();
    }
    if (options_.host_lookup == "native") {
        auto found = co_await dns::addresses_of_host(names_, candidate.host, {});
        if (!found) co_return found.error();
        for (const auto& address : *found) add(address, false);
        co_return success();
    }
    Result<void> outcome = success();
    for (const dns::Type type : {dns::Type::a, dns::Type::aaaa}) {
        auto answer = co_await resolver_.look_up(ascii(candidate.host), type, Deadline::never());
        if (!answer) outcome = not_found(candidate.host, type, answer.error().text);
        else if (answer->records.empty()) outcome = not_found(candidate.host, type, answer->reason());
        if (!answer) continue;
        for (const dns::Record& record : answer->records)
            add(std::get<dns::HostAddress>(record.data).address, answer->is_authenticated);
    }
    co_return outcome;
}

Task<Result<std::vector<Server>>> Servers::find(Destination destination) {
    std::vector<Server> servers;
    if (!destination.path.empty()) {
        auto address = event::SocketAddress::unix_path(destination.path);
        if (!address) co_return address.error();
        servers.push_back({"localhost", *address, destination.path});
        co_return servers;
    }
    // An SRV record brings its own port.
    auto port = options_.uses_srv ? Result<std::uint16_t>(0)
                                  : co_await dns::port_of_service(names_, destination.service);
    if (!port) co_return port.error();
    auto found = co_await candidates(std::move(destination), *port);
    if (!found) co_return found.error();
    Result<void> last = success();
    for (Candidate& candidate : *found)
        if (auto added = co_await add_addresses(servers, std::move(candidate)); !added) last = added;
    if (servers.empty()) co_return last ? permanent("no address") : last.error();
    co_return servers;
}

}  // namespace postern::posttls_finger
