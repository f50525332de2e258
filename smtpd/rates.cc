// Rates; see the header.
#include "smtpd/rates.h"

#include "lib/report/smtpd_events.h"

#include <arpa/inet.h>

#include <fmt/format.h>

#include <array>

namespace postern::smtpd {

using service::ClientEvent;
using service::ClientRates;

RateLimits::RateLimits(const config::Config& config)
    : connection_count(config.number("smtpd_client_connection_count_limit")),
      connection_rate(config.number("smtpd_client_connection_rate_limit")),
      message_rate(config.number("smtpd_client_message_rate_limit")),
      recipient_rate(config.number("smtpd_client_recipient_rate_limit")),
      auth_rate(config.number("smtpd_client_auth_rate_limit")),
      new_tls_session_rate(config.number("smtpd_client_new_tls_session_rate_limit")),
      ipv4_prefix_length(config.number("smtpd_client_ipv4_prefix_length")),
      ipv6_prefix_length(config.number("smtpd_client_ipv6_prefix_length")) {}

std::string rate_key(std::string_view address, const RateLimits& limits) {
    const bool is_ipv6 = address.find(':') != std::string_view::npos;
    const int family = is_ipv6 ? AF_INET6 : AF_INET;
    const std::int64_t bits = is_ipv6 ? limits.ipv6_prefix_length : limits.ipv4_prefix_length;
    const std::int64_t whole = is_ipv6 ? 128 : 32;
    std::array<unsigned char, 16> bytes{};
    if (bits >= whole || bits < 0 ||
        ::inet_pton(family, std::string(address).c_str(), bytes.data()) != 1)
        return std::string(address);
    for (std::int64_t i = bits; i < whole; ++i)
        bytes[static_cast<std::size_t>(i / 8)] &= static_cast<unsigned char>(~(0x80 >> (i % 8)));
    char text[INET6_ADDRSTRLEN];
    ::inet_ntop(family, bytes.data(), text, sizeof text);
    return fmt::format("{}/{}", text, bits);
}

/// smtpd_client_event_limit_exceptions: such clients are not even counted.
Task<bool> Rates::is_limited(Session& session) const {
    if (session.house.stand_alone) co_return false;
    if (!session.is_rate_limited) {
        auto exempt = co_await lists_.smtpd_client_event_limit_exceptions.has(
            session.client.name, session.client.address);
        session.is_rate_limited = !exempt || !*exempt;
    }
    co_return *session.is_rate_limited;
}

Task<std::optional<ClientRates>> Rates::count(const Session& session, ClientEvent event) {
    service::CountClient request;
    request.service = session.settings().service_name;
    request.client = rate_key(session.client.address, limits_);
    request.event = event;
    const auto deadline = session.house.loop.in(session.settings().ipc_timeout);
    auto rates = co_await anvil_.call(std::move(request), deadline);
    if (!rates) {
        session.reporter.log().warning("client limits are not enforced: {}", rates.error().text);
        co_return std::nullopt;
    }
    co_return *rates;
}

void Rates::warn(const Session& session, std::string_view limit, std::int64_t value) const {
    session.reporter.report(
        report::ClientLimitExceeded{.limit = limit,
                                    .value = value,
                                    .client = session.client.peer(),
                                    .service = session.settings().service_name});
}

Task<std::optional<Reply>> Rates::count_connection(Session& session) {
    if (limits_.connection_count <= 0 && limits_.connection_rate <= 0) co_return std::nullopt;
    if (!co_await is_limited(session)) co_return std::nullopt;
    const auto rates = co_await count(session, ClientEvent::connect);
    if (!rates) co_return std::nullopt;
    session.is_counted = true;
    session.open_connections = rates->connections;
    const bool too_many =
        limits_.connection_count > 0 && rates->connections > limits_.connection_count;
    const bool too_often =
        limits_.connection_rate > 0 && rates->connection_rate > limits_.connection_rate;
    if (!too_many && !too_often) co_return std::nullopt;
    if (too_many)
        warn(session, "Connection concurrency", rates->connections);
    else
        warn(session, "Connection rate", rates->connection_rate);
    co_return reply(421, "4.7.0",
                    fmt::format("{} Error: too many connections from {}",
                                session.settings().myhostname, session.client.address));
}

Task<std::optional<Reply>> Rates::excess(Session& session, Limit limit) {
    if (limit.most <= 0 || !co_await is_limited(session)) co_return std::nullopt;
    const auto rates = co_await count(session, limit.event);
    if (!rates || (*rates).*limit.rate <= limit.most) co_return std::nullopt;
    warn(session, limit.name, (*rates).*limit.rate);
    co_return reply(limit.code, limit.status,
                    fmt::format("Error: too {} from {}", limit.what, session.client.address));
}

Task<std::optional<Reply>> Rates::count_message(Session& session) {
    return excess(session, {limits_.message_rate, ClientEvent::message, &ClientRates::message_rate,
                            "Message delivery request rate", 450, "4.7.1", "much mail"});
}

Task<std::optional<Reply>> Rates::count_recipient(Session& session) {
    return excess(session,
                  {limits_.recipient_rate, ClientEvent::recipient, &ClientRates::recipient_rate,
                   "Recipient address rate", 450, "4.7.1", "many recipients"});
}

Task<std::optional<Reply>> Rates::count_authentication(Session& session) {
    return excess(session, {limits_.auth_rate, ClientEvent::auth, &ClientRates::auth_rate,
                            "AUTH command rate", 450, "4.7.1", "many AUTH commands"});
}

Task<std::optional<Reply>> Rates::limit_tls(Session& session) {
    return excess(session,
                  {limits_.new_tls_session_rate, ClientEvent::lookup, &ClientRates::new_tls_rate,
                   "New TLS session rate", 454, "4.7.0", "many new TLS sessions"});
}

Task<void> Rates::count_tls(Session& session) {
    if (limits_.new_tls_session_rate > 0 && co_await is_limited(session))
        std::ignore = co_await count(session, ClientEvent::new_tls);  // limit_tls will see it
}

namespace {

Task<void> tell(service::Client& anvil, service::CountClient request, Deadline deadline) {
    // A lost count ends with anvil's own memory of the client.
    std::ignore = co_await anvil.call(std::move(request), deadline);
}

}  // namespace

void Rates::disconnect(const Session& session) {
    if (!session.is_counted) return;
    service::CountClient request;
    request.service = session.settings().service_name;
    request.client = rate_key(session.client.address, limits_);
    request.event = ClientEvent::disconnect;
    tasks_.spawn(
        tell(anvil_, std::move(request), session.house.loop.in(session.settings().ipc_timeout)));
}

}  // namespace postern::smtpd
