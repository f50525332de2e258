// TLS in postscreen; see the header.
#include "services/postscreen/starttls.h"

#include "lib/tls/settings.h"

namespace postern::postscreen {

namespace {

tls::Level level_of(const service::Daemon& daemon) {
    const auto level = tls::server_level(daemon.config(), "postscreen_");
    if (!level) daemon.log().fatal("{}", level.error().text);
    return *level;
}

}  // namespace

Starttls::Starttls(service::Daemon& daemon)
    : loop_(daemon.loop()),
      level_(level_of(daemon)),
      service_("private/" + daemon.config().text("tlsproxy_service_name")) {}

Task<std::unique_ptr<event::Stream>> Starttls::reach(Reporter reporter, Deadline deadline) const {
    auto connected = co_await service::connect_to_service(loop_, service_, deadline);
    if (!connected) {
        reporter.log().warning("connect to {} service: {}", service_, connected.error().text);
        co_return nullptr;
    }
    auto proxy = std::make_unique<event::Stream>(loop_, std::move(*connected));
    auto ready = co_await event::read_exactly(*proxy, 1, deadline);
    if (ready && (*ready)[0] == service::ready_for_client) co_return proxy;
    reporter.log().warning("{}: TLS is not available, as tlsproxy has logged", service_);
    co_return nullptr;
}

Task<bool> Starttls::hand_over(event::Stream& proxy, int client, service::PassedClient who, Reporter reporter,
                               Deadline deadline) const {
    auto passed = co_await service::pass_client_over(proxy, client, std::move(who), deadline);
    if (!passed) reporter.log().warning("{}: {}", service_, passed.error().text);
    co_return passed.has_value();
}

}  // namespace postern::postscreen
