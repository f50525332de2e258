#include "services/anvil/statistics.h"

#include <catch2/catch.hpp>

using namespace postern;
using service::ClientEvent;

namespace {

const Monotonic start{};
const WallTime wall = from_unix(1795532941);

service::CountClient event(ClientEvent kind) { return {"smtp", "192.0.2.1", kind, 1}; }

}  // namespace

TEST_CASE("connections are counted while they are open, and their rate within the unit", "[anvil]") {
    anvil::ClientTable clients(seconds(60));
    clients.count(event(ClientEvent::connect), start, wall);
    auto rates = clients.count(event(ClientEvent::connect), start, wall);
    CHECK(rates.connections == 2);
    CHECK(rates.connection_rate == 2);
    rates = clients.count(event(ClientEvent::disconnect), start, wall);
    CHECK(rates.connections == 1);
    CHECK(rates.connection_rate == 2);
}

TEST_CASE("a new unit begins with the first event after the old one", "[anvil]") {
    anvil::ClientTable clients(seconds(60));
    clients.count(event(ClientEvent::connect), start, wall);
    clients.count(event(ClientEvent::message), start + seconds(59), wall);
    const auto rates = clients.count(event(ClientEvent::message), start + seconds(60), wall);
    CHECK(rates.message_rate == 1);
    CHECK(rates.connections == 1);
}

TEST_CASE("looking up counts nothing", "[anvil]") {
    anvil::ClientTable clients(seconds(60));
    CHECK(clients.count(event(ClientEvent::lookup), start, wall).connections == 0);
    CHECK(clients.size() == 0);
}

TEST_CASE("a client without connections is forgotten after its unit", "[anvil]") {
    anvil::ClientTable clients(seconds(60));
    clients.count(event(ClientEvent::connect), start, wall);
    clients.forget_idle(start + seconds(100));
    CHECK(clients.size() == 1);
    clients.count(event(ClientEvent::disconnect), start, wall);
    clients.forget_idle(start + seconds(59));
    CHECK(clients.size() == 1);
    clients.forget_idle(start + seconds(60));
    CHECK(clients.size() == 0);
}

TEST_CASE("the statistics name the peak and who had it", "[anvil]") {
    anvil::ClientTable clients(seconds(60));
    clients.count(event(ClientEvent::connect), start, wall);
    const auto lines = anvil::statistics(clients.take_peaks(), seconds(60));
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "statistics: max connection rate 1/60s for (smtp:192.0.2.1) at " + syslog_time(wall));
    CHECK(lines[1] == "statistics: max connection count 1 for (smtp:192.0.2.1) at " + syslog_time(wall));
    CHECK(lines[2] == "statistics: max cache size 1 at " + syslog_time(wall));
    CHECK(anvil::statistics(clients.take_peaks(), seconds(60)).empty());
}
