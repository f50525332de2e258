// The filter before the queue; see the header.
#include "smtpd/proxy_filter.h"

#include "lib/base/strings.h"
#include "smtpd/peer_place.h"

#include <fmt/format.h>

namespace postern::smtpd {

namespace {

constexpr seconds farewell_time{10};

bool has_speed_adjust(service::Daemon& daemon) {
    constexpr std::string_view name = "smtpd_proxy_options";
    bool is_found = false;
    for (const std::string& option : daemon.config().list(name)) {
        if (!same(option, "speed_adjust"))
            daemon.log().fatal(
                "{}",
                daemon.config().error_in(name, fmt::format("unknown option \"{}\"", option)).text);
        is_found = true;
    }
    return is_found;
}

/// A place without a type is a host and port, or a port of this machine.
std::string full_place(const std::string& place) {
    const bool has_type = place.starts_with("inet:") || place.starts_with("unix:");
    return peer_place(has_type ? place : "inet:" + place);
}

/// Who does not hear it has gone.
Task<void> say_farewell(std::unique_ptr<ProxyFilter::Connection> connection, Deadline deadline) {
    connection->stream.write("QUIT\r\n");
    std::ignore = co_await connection->stream.flush(deadline);
}

}  // namespace

ProxyFilter::ProxyFilter(service::Daemon& daemon)
    : loop_(daemon.loop()),
      tasks_(daemon.tasks()),
      disk_(daemon.disk()),
      place_(daemon.config().text("smtpd_proxy_filter")),
      ehlo_(daemon.config().text("smtpd_proxy_ehlo")),
      timeout_(daemon.config().time("smtpd_proxy_timeout")),
      waits_for_content_(has_speed_adjust(daemon)) {
    if (!is_used()) return;
    auto endpoint = table::Endpoint::parse(full_place(place_));
    if (!endpoint)
        daemon.log().fatal(
            "{}", daemon.config().error_in("smtpd_proxy_filter", endpoint.error().text).text);
    endpoint->text =
        fmt::format("proxy filter {}", place_);  // "connect to ...: Connection refused"
    connections_ = std::make_unique<table::ServerConnections>(
        loop_, &daemon.names(), std::move(*endpoint),
        table::ServerTimes{timeout_, timeout_, timeout_});
}

void ProxyFilter::leave(std::unique_ptr<Connection> connection) const {
    tasks_.spawn(say_farewell(std::move(connection), loop_.in(farewell_time)));
}

}  // namespace postern::smtpd
