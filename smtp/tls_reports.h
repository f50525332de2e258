// Tells a collector of TLS handshakes with servers whose domains wish for reports (RFC 8460;
// smtp_tlsrpt_enable). The collector gathers them, and sends the reports once a day.
#pragma once

#include "lib/config/config.h"
#include "lib/dns/resolver.h"
#include "lib/event/group.h"
#include "lib/event/socket.h"
#include "lib/nexthop/settings.h"
#include "lib/report/reporter.h"
#include "smtp/tls_event.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace postern::smtp {

/// No delivery waits for it, and none fails by it: what cannot be told is dropped.
class TlsReports {
public:
    /// As smtp reads main.cf, or lmtp. Null: nothing is to be reported; a collector's socket that is
    /// missing from main.cf, or no path, is logged, and that the DNS, which says who wishes for reports,
    /// may not be asked. References outlive it.
    static std::unique_ptr<TlsReports> make(const config::Config& config, nexthop::DnsSupport dns_support,
                                            event::Loop& loop, dns::Resolver& resolver, Reporter reporter,
                                            event::TaskGroup::OnBug on_bug);

    /// Looks up, once for as long as the DNS says, whether the domain wishes for reports; if it does,
    /// tells the collector, and the log.
    void tell(TlsEvent event);
    bool is_busy() const noexcept { return !tasks_.empty(); }

private:
    struct Domain {
        std::optional<std::string> record;   ///< nothing: it wishes for none
        std::optional<Monotonic> expires;    ///< nothing: it is being looked up
        std::vector<TlsEvent> waiting = {};
    };

    TlsReports(event::Loop& loop, dns::Resolver& resolver, Reporter reporter, event::SocketAddress collector,
               bool skips_resumed, event::TaskGroup::OnBug on_bug);
    Task<void> look_up(std::string name);
    void make_room();
    void send(const TlsEvent& event, const std::string& record);

    event::Loop& loop_;
    dns::Resolver& resolver_;
    const Reporter reporter_;
    const event::SocketAddress collector_;
    const bool skips_resumed_;
    const Fd socket_;
    std::map<std::string, Domain, std::less<>> domains_;
    bool is_collector_missed_ = false;   // and that has been said
    event::TaskGroup tasks_;
};

}  // namespace postern::smtp
