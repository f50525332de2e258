// Looking up a client on a DNS list (RFC 5782), and logging that it stands there.
#pragma once

#include "lib/dns/resolver.h"
#include "lib/event/loop.h"
#include "lib/report/reporter.h"
#include "lib/service/dnsblog.h"

namespace postern::dnsblog {

class ListLookup {
public:
    /// `reply_delay`: dnsblog_reply_delay, for tests of who asks. References outlive it.
    ListLookup(event::Loop& loop, dns::Resolver& resolver, Reporter reporter, seconds reply_delay)
        : loop_(loop), resolver_(resolver), reporter_(reporter), reply_delay_(reply_delay) {}

    /// Error (permanent): the client's address is none.
    Task<Result<service::ListAnswer>> ask(service::AskList request);

private:
    service::ListAnswer found(const service::AskList& request, const dns::Response& response) const;

    event::Loop& loop_;
    dns::Resolver& resolver_;
    const Reporter reporter_;
    const seconds reply_delay_;
};

}  // namespace postern::dnsblog
