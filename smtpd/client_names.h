// Names of clients, looked up once and remembered for a moment.
#pragma once

#include "lib/base/clock.h"
#include "lib/event/loop.h"
#include "lib/event/pool.h"
#include "smtpd/client.h"

#include <map>
#include <string>

namespace postern::smtpd {

class ClientNames {
public:
    ClientNames(event::Loop& loop, event::Pool& threads) : loop_(loop), threads_(threads) {}

    /// Completes a client by its names. Ready at once when its address was asked for some seconds
    /// ago. What a lookup warns of is in `warning` of the result.
    Answer<dns::ClientName> find(const event::SocketAddress& peer);

private:
    struct Known {
        dns::ClientName name;
        Monotonic until;
    };
    Task<dns::ClientName> look_up(event::SocketAddress peer);
    void remember(const std::string& address, const dns::ClientName& name);

    event::Loop& loop_;
    event::Pool& threads_;
    std::map<std::string, Known, std::less<>> known_;
};

}  // namespace postern::smtpd
