// One client; see the header.
#include "services/postscreen/visit.h"

#include <algorithm>

namespace postern::postscreen {

Visit::Visit(const House& its_house, service::Session accepted, Reporter its_reporter)
    : house(its_house),
      reporter(its_reporter),
      client(accepted.peer),
      server(event::SocketAddress::of_local(accepted.socket.get())),
      client_address(client.host()),
      server_address(server.host()),
      stream_(std::make_unique<event::Stream>(its_house.loop, std::move(accepted.socket))) {}

bool Visit::has_passed_all() const {
    return std::ranges::none_of(is_pending, [](bool pending) { return pending; });
}

void Visit::pass(Test test, seconds for_how_long) {
    record.set(test, now() + for_how_long.count());
    is_pending[static_cast<std::size_t>(test)] = false;
    is_improved = true;
}

bool Visit::fail(Action action, Reply consequence) {
    if (action == Action::ignore) return false;
    has_failed = true;
    if (action == Action::drop) consequence.code = 521;
    refusal = std::move(consequence);
    return action == Action::drop;
}

void Visit::report(report::ClientJudged::Verdict verdict) const {
    reporter.report(report::ClientJudged{verdict, client_endpoint()});
}

}  // namespace postern::postscreen
