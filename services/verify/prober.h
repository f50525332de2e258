// Sends probes: messages that go the way of all mail, and are not delivered at its end.
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"
#include "lib/event/group.h"
#include "lib/service/client.h"

#include <string>

namespace postern::verify {

/// What main.cf says of probes.
struct ProbeSettings {
    explicit ProbeSettings(const config::Config& config);
    ProbeSettings() = default;

    std::string address_verify_sender;  ///< with a domain; "" is the null sender
    seconds address_verify_sender_ttl{};
    std::string myhostname, mail_name;
    seconds ipc_timeout{};
    bool smtputf8_autodetect = false;
};

/// The sender of a probe at that time: with a TTL, its local part changes that often.
std::string probe_sender(const ProbeSettings& settings, WallTime now);

/// References outlive it.
class Prober {
public:
    Prober(const ProbeSettings& settings, service::Client& cleanup, event::Loop& loop,
           event::TaskGroup& tasks, const Log& log)
        : settings_(settings), cleanup_(cleanup), loop_(loop), tasks_(tasks), log_(log) {}

    /// Returns at once. One that cannot be sent is logged; the next query tries again when it would
    /// have been lost.
    void probe(std::string address) { tasks_.spawn(send(std::move(address))); }

private:
    Task<void> send(std::string address);
    std::string records(const std::string& address) const;

    const ProbeSettings& settings_;
    service::Client& cleanup_;
    event::Loop& loop_;
    event::TaskGroup& tasks_;
    const Log& log_;
};

}  // namespace postern::verify
