// The DNS as a table by "name TYPE"; other names do not exist.
#pragma once

#include "lib/dns/resolver.h"

#include <map>
#include <string>
#include <vector>

namespace postern::smtpd::test {

class FakeDns final : public dns::Resolver {
public:
    std::map<std::string, Result<dns::Response>> known;
    std::vector<std::string> asked;

    void add(const std::string& name, dns::Type type, dns::RecordData data) {
        auto& response = known.try_emplace(key(name, type), dns::Response()).first->second;
        response->outcome = dns::Response::found;
        response->ttl = seconds(60);
        response->records.push_back({name, type, seconds(60), std::move(data)});
    }
    void add_address(const std::string& name, const std::string& address) {
        const bool is_ipv6 = address.find(':') != std::string::npos;
        add(name, is_ipv6 ? dns::Type::aaaa : dns::Type::a,
            dns::HostAddress{*event::SocketAddress::numeric(address, 0)});
    }
    void set(const std::string& name, dns::Type type, dns::Response::Outcome outcome) {
        dns::Response response;
        response.outcome = outcome;
        known.insert_or_assign(key(name, type), response);
    }
    void fail(const std::string& name, dns::Type type) {
        known.insert_or_assign(key(name, type), temporary("Host not found, try again"));
    }

    Task<Result<dns::Response>> look_up(std::string name, dns::Type type, Deadline) override {
        asked.push_back(key(name, type));
        const auto found = known.find(key(name, type));
        if (found != known.end()) co_return found->second;
        dns::Response none;
        none.outcome = dns::Response::no_such_name;
        co_return none;
    }

private:
    static std::string key(const std::string& name, dns::Type type) {
        return name + " " + dns::type_name(type);
    }
};

}  // namespace postern::smtpd::test
