// The DNS as a test fills it.
#pragma once

#include "lib/dns/resolver.h"

#include <map>
#include <string>
#include <vector>

namespace postern {

/// A table by "name TYPE"; others do not exist.
class FakeResolver final : public dns::Resolver {
public:
    std::map<std::string, Result<dns::Response>> known;
    std::vector<std::string> asked;

    void add(const std::string& name, dns::RecordData data, dns::Type type) {
        auto& entry =
            known.try_emplace(name + " " + dns::type_name(type), dns::Response{}).first->second;
        entry->outcome = dns::Response::found;
        entry->records.push_back({name, type, seconds(300), std::move(data)});
    }
    void mx(const std::string& domain, std::uint16_t preference, std::string host) {
        add(domain, dns::MailExchanger{preference, std::move(host)}, dns::Type::mx);
    }
    void address(const std::string& host, const char* ip) {
        const auto numeric = *event::SocketAddress::numeric(ip, 0);
        add(host, dns::HostAddress{numeric},
            numeric.family() == AF_INET ? dns::Type::a : dns::Type::aaaa);
    }
    void fail(const std::string& name, dns::Type type) {
        known.insert_or_assign(name + " " + dns::type_name(type),
                               temporary("Host not found, try again"));
    }
    Task<Result<dns::Response>> look_up(std::string name, dns::Type type, Deadline) override {
        asked.push_back(name + " " + dns::type_name(type));
        const auto found = known.find(asked.back());
        if (found != known.end()) co_return found->second;
        dns::Response none;
        none.outcome = dns::Response::no_such_name;
        co_return none;
    }
};

}  // namespace postern
