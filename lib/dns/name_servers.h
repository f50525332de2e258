// The resolver that asks the name servers of resolv.conf(5), on c-ares.
#pragma once

#include "lib/dns/resolv_conf.h"
#include "lib/dns/resolver.h"
#include "lib/event/loop.h"

#include <memory>
#include <string>

namespace postern::dns {

struct NameServerSettings {
    std::string resolv_conf = "/etc/resolv.conf";
    std::string servers;           ///< "192.0.2.1,192.0.2.2:5353" instead of those of the file
    Completion completion;         ///< smtp_dns_resolver_options
    bool dnssec = false;           ///< smtp_dns_support_level = dnssec: answers tell AD
};

/// Reads resolv.conf once, when it is made: before the chroot. Thousands of lookups may be under
/// way at once. A truncated answer is asked for again by TCP; a server that fails, of the next one.
class NameServers final : public Resolver {
public:
    NameServers(event::Loop& loop, const NameServerSettings& settings);
    ~NameServers() override;

    Task<Result<Response>> look_up(std::string name, Type type, Deadline deadline) override;

private:
    struct Channel;
    Task<Result<Response>> look_up_exactly(std::string name, Type type, Deadline deadline);

    const ResolvConf conf_;
    const Completion completion_;
    const bool dnssec_;
    std::unique_ptr<Channel> channel_;
};

}  // namespace postern::dns
