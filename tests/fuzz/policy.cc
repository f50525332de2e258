// Fuzzes the replies of policy services.
#include "smtpd/rules/policy_service.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace postern;
    if (size > 60000) return 0;   // what a socket takes at once
    event::Loop loop;
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) std::abort();
    event::Stream client(loop, Fd(pair[0]));
    {
        const Fd server(pair[1]);
        if (::write(server.get(), data, size) < 0 && size > 0) return 0;
    }
    const auto action = loop.run(smtpd::read_policy_action(client, loop.in(seconds(5))));
    if (action && action->empty()) std::abort();
    return 0;
}
