// Mail domains in the DNS; see the header.
#include "smtpd/rules/domain_lookup.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::smtpd {

namespace {

constexpr seconds longest_wait{100};
constexpr int most_questions = 100;
constexpr std::size_t most_records = 100;

bool is_null_mx(const dns::Response& response) {
    if (response.records.size() != 1) return false;
    const auto* mx = std::get_if<dns::MailExchanger>(&response.records.front().data);
    return mx && mx->host.empty();
}

Error absent(const std::string& name, const dns::Response& response) {
    return permanent(fmt::format("{}: {}", name, response.reason()));
}

Reachability from(const Result<dns::Response>& response) {
    if (!response) return Reachability::unknown;
    switch (response->outcome) {
        case dns::Response::found:
            return Reachability::yes;
        case dns::Response::malformed:
            return Reachability::malformed;
        case dns::Response::no_such_name:
        case dns::Response::no_data:
            break;
    }
    return Reachability::no_such_domain;
}

}  // namespace

Task<Result<dns::Response>> DomainLookup::look_up(std::string name, dns::Type type) {
    if (++questions_ > most_questions)
        co_return temporary(
            fmt::format("more than {} DNS lookups for one restriction", most_questions));
    auto response = co_await resolver_.look_up(std::move(name), type, loop_.in(longest_wait));
    if (response && response->records.size() > most_records) response->records.resize(most_records);
    co_return response;
}

Task<Reachability> DomainLookup::has_address(std::string name) {
    const auto ipv4 = from(co_await look_up(name, dns::Type::a));
    if (ipv4 == Reachability::yes) co_return ipv4;
    const auto ipv6 = from(co_await look_up(name, dns::Type::aaaa));
    // One that could not tell might have been the one that has it.
    if (ipv6 == Reachability::yes || ipv4 != Reachability::unknown) co_return ipv6;
    co_return ipv4;
}

Task<Reachability> DomainLookup::reachability(std::string domain) {
    auto mx = co_await look_up(domain, dns::Type::mx);
    const auto by_mx = from(mx);
    if (by_mx == Reachability::yes && is_null_mx(*mx)) co_return Reachability::no_mail;
    if (by_mx != Reachability::no_such_domain) co_return by_mx;
    if (mx->outcome == dns::Response::no_such_name) co_return by_mx;
    co_return co_await has_address(std::move(domain));
}

Task<Result<std::vector<std::string>>> DomainLookup::mail_exchangers(std::string domain) {
    auto mx = co_await look_up(domain, dns::Type::mx);
    if (!mx) co_return mx.error().in(domain);
    if (mx->outcome == dns::Response::no_such_name) co_return absent(domain, *mx);
    std::vector<std::string> hosts;
    if (mx->outcome != dns::Response::found) hosts.push_back(domain);
    for (const dns::Record& record : mx->records)
        if (const auto* one = std::get_if<dns::MailExchanger>(&record.data);
            one && !one->host.empty())
            hosts.push_back(one->host);
    co_return hosts;
}

Task<Result<std::vector<std::string>>> DomainLookup::name_servers(std::string domain) {
    for (;;) {
        auto found = co_await look_up(domain, dns::Type::ns);
        if (!found) co_return found.error().in(domain);
        std::vector<std::string> hosts;
        for (const dns::Record& record : found->records)
            if (const auto* one = std::get_if<dns::DomainName>(&record.data))
                hosts.push_back(one->name);
        if (!hosts.empty()) co_return hosts;
        const auto dot = domain.find('.');
        if (dot == std::string::npos) co_return absent(domain, *found);
        domain.erase(0, dot + 1);
    }
}

Task<Result<std::vector<event::SocketAddress>>> DomainLookup::addresses(std::string name) {
    std::vector<event::SocketAddress> addresses;
    std::optional<Error> failure;
    for (const dns::Type type : {dns::Type::a, dns::Type::aaaa}) {
        auto found = co_await look_up(name, type);
        if (!found) {
            failure = found.error();
            continue;
        }
        for (const dns::Record& record : found->records)
            if (const auto* host = std::get_if<dns::HostAddress>(&record.data))
                addresses.push_back(host->address);
    }
    if (!addresses.empty()) co_return addresses;
    if (failure) co_return failure->in(name);
    co_return permanent(name + ": Host not found");
}

}  // namespace postern::smtpd
