// Fuzzes the replies of policy services.
#include "smtpd/rules/policy_service.h"
#include "tests/fuzz/input.h"

#include <sys/socket.h>

namespace postern::fuzz {

void read_reply(std::string_view input) {
    event::Loop loop;
    int pair[2];
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    event::Stream client(loop, Fd(pair[0]));
    {
        const Fd server(pair[1]);
        if (::write(server.get(), input.data(), input.size()) < 0 && !input.empty()) return;
    }
    const auto action = loop.run(smtpd::read_policy_action(client, loop.in(seconds(5))));
    require(!action || !action->empty());
}

}  // namespace postern::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 60000) postern::fuzz::read_reply(postern::fuzz::text_of(data, size));   // what a socket takes
    return 0;
}
