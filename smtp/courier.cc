// The rounds of a courier; see the header.
#include "smtp/courier.h"

#include "lib/base/strings.h"
#include "smtp/best_mx.h"
#include "smtp/forwarding_loop.h"

#include <fmt/format.h>

namespace postern::smtp {

namespace {

/// What separates destinations that are tried one after another (smtp(8)).
std::vector<std::string> places(const std::string& nexthop,
                                const std::vector<std::string>& fallback) {
    std::vector<std::string> all;
    for (const std::string_view place : split(nexthop)) all.emplace_back(place);
    for (const std::string& place : fallback) all.push_back(place);
    return all;
}

}  // namespace

Courier::Courier(Office& office, delivery::Job& job)
    : office_(office),
      settings_(office.settings),
      job_(job),
      safeguards_(office, job),
      opening_(office, job, safeguards_),
      outcomes_(office, job, safeguards_) {}

Task<void> Courier::deliver() {
    job_.stages().connecting = office_.loop.clock().wall();
    if (co_await prepare()) {
        const auto all = places(job_.request().nexthop, settings_.fallback_relay);
        for (std::size_t i = 0; i < all.size() && !outcomes_.are_all_settled(); ++i) {
            const bool is_last = i + 1 == all.size();
            co_await deliver_to(all[i], is_last);
            if (!outcomes_.are_all_settled() && !is_last) outcomes_.tell_of_postponed();
        }
    }
    co_await outcomes_.finish();
}

/// What the servers are to see. False: something keeps the message from going at all.
Task<bool> Courier::prepare() {
    const service::DeliveryRequest& request = job_.request();
    Generic generic(office_.tables.generic, settings_);
    std::vector<std::string> mapped;
    for (std::size_t i = 0; i <= request.recipients.size(); ++i) {
        auto address = co_await generic.mapped(i == 0 ? request.sender
                                                      : request.recipients[i - 1].address);
        if (!address) {
            outcomes_.could_not({4, 3, 0}, address.error().text, false);
            co_return false;
        }
        mapped.push_back(std::move(*address));
    }
    envelope_.sender = std::move(mapped[0]);
    envelope_.recipients.assign(std::make_move_iterator(mapped.begin() + 1),
                                std::make_move_iterator(mapped.end()));
    if (office_.flags.delivered_to)
        co_await return_looping_mail(job_, settings_.header_size_limit, outcomes_);
    if (!office_.tables.generic.empty())
        rewriter_ = std::make_unique<Generic>(office_.tables.generic, settings_);
    co_return true;
}

Task<void> Courier::deliver_to(const std::string& place, bool is_last_place) {
    auto destination = Destination::parse(place, settings_.is_lmtp);
    if (!destination) {
        outcomes_.could_not({5, 1, 2}, destination.error().text, false);
        co_return;
    }
    if (auto refusal = co_await safeguards_.choose(*destination)) {
        outcomes_.could_not(*refusal);
        co_return;
    }
    const KeptSessions::Delivery under_way(office_.kept, kept_name(*destination));
    if (co_await deliver_over_kept(*destination)) co_return;
    if (destination->kind == Destination::Kind::unix_socket)
        co_await deliver_over_unix(*destination);
    else
        co_await deliver_over_inet(*destination, is_last_place);
}

/// True when a kept session was good, whatever the server said.
Task<bool> Courier::deliver_over_kept(const Destination& destination) {
    while (auto session = office_.kept.take(kept_name(destination))) {
        tried_ = {session->endpoint().where_and_port()};
        if (co_await transact_over_kept(destination, std::move(session))) co_return outcomes_.are_all_settled();
        tried_.clear();
    }
    co_return false;
}

Task<bool> Courier::transact_over_kept(const Destination& destination, std::unique_ptr<Session> session) {
    safeguards_.note(safeguards_.policy(), session.get());
    if (office_.tls) co_await office_.tls->report_reuse(*session);
    co_return co_await transact(destination, std::move(session));
}

Task<void> Courier::deliver_over_unix(const Destination& destination) {
    auto address = event::SocketAddress::unix_path(destination.path);
    if (address)
        std::ignore = co_await try_server(
            destination, Endpoint{settings_.myhostname, *address, destination.path});
    else
        outcomes_.could_not({4, 3, 5}, address.error().text, false);
}

Task<void> Courier::deliver_over_inet(const Destination& destination, bool is_last_place) {
    auto servers = co_await office_.exchangers.find(destination);
    if (auto* list = std::get_if<std::vector<MailServer>>(&servers))
        co_await try_servers(destination, std::move(*list), is_last_place);
    else
        co_await be_best_mx(std::get<NoServer>(servers));
}

Task<void> Courier::be_best_mx(const NoServer& none) {
    if (!none.is_ourselves || settings_.best_mx_transport.empty()) {
        outcomes_.could_not(none.status, none.text, none.status.is_temporary());
        co_return;
    }
    const auto passed = co_await pass_to_transport(office_.loop, job_, settings_.best_mx_transport);
    if (!passed) outcomes_.could_not({4, 3, 0}, passed.error().text, false);
}

Task<void> Courier::try_servers(const Destination& destination, std::vector<MailServer> servers,
                                bool is_last_place) {
    const std::size_t limit = settings_.mx_session_limit;
    for (std::size_t i = 0; i < servers.size() && !outcomes_.are_all_settled(); ++i) {
        const Endpoint& endpoint = servers[i].endpoint;
        if (limit > 0 && sessions_ >= limit) co_return;
        if (tried_.contains(endpoint.where_and_port())) continue;
        if (!safeguards_.policy().permits_host(endpoint.host)) {
            outcomes_.could_not({4, 7, 5}, fmt::format("host {} is not in the MTA-STS policy of {}", endpoint.where(),
                                                       destination.host), false);
            continue;
        }
        if (co_await try_server(destination, endpoint)) ++sessions_;
        const bool has_next = i + 1 < servers.size() && !(limit > 0 && sessions_ >= limit);
        if (!outcomes_.are_all_settled() && (has_next || !is_last_place)) outcomes_.tell_of_postponed();
    }
}

/// True when the server answered, so that it counts as a session.
Task<bool> Courier::try_server(const Destination& destination, const Endpoint& endpoint) {
    job_.stages().sending.reset();
    while (auto session = kept_at(destination, endpoint))
        if (co_await transact_over_kept(destination, std::move(session))) co_return true;
    auto opened = co_await opening_.open(destination, endpoint);
    if (auto* unopened = std::get_if<Unopened>(&opened)) {
        if (unopened->is_unreachable)
            outcomes_.could_not_connect(unopened->refusal);
        else
            outcomes_.could_not(unopened->refusal, std::move(unopened->relay));
        co_return false;
    }
    std::ignore = co_await transact(destination, std::get<std::unique_ptr<Session>>(std::move(opened)));
    co_return true;
}

/// False when the session turned out to be dead before it had said anything.
Task<bool> Courier::transact(const Destination& destination, std::unique_ptr<Session> session) {
    job_.stages().sending = office_.loop.clock().wall();
    session->queue_id = job_.request().queue_id;
    Transaction transaction(*session, job_, envelope_, office_.flags, office_.tables.checks, rewriter_.get(),
                            outcomes_);
    co_await transaction.run();
    if (transaction.found_it_dead()) {
        job_.stages().sending.reset();
        co_return false;
    }
    const bool always = co_await is_always_kept(destination);
    // A TLS session serves one delivery, unless smtp_tls_connection_reuse says otherwise.
    if (session->tls && !safeguards_.policy().reuses_connections)
        office_.kept.say_goodbye(std::move(session));
    else
        office_.kept.give_back(kept_name(destination), std::move(session), always);
    co_return true;
}

/// A login may be good for the one destination and not for the other.
std::unique_ptr<Session> Courier::kept_at(const Destination& destination, const Endpoint& endpoint) {
    return office_.logins ? nullptr : office_.kept.take_at(endpoint, kept_name(destination));
}

/// smtp_connection_cache_destinations names a domain or host without brackets and port, or a path.
Task<bool> Courier::is_always_kept(const Destination& destination) const {
    const mail::DomainList& list = office_.tables.kept_destinations;
    if (list.empty()) co_return false;
    const bool is_path = destination.kind == Destination::Kind::unix_socket;
    const auto listed = co_await list.has(is_path ? destination.path : destination.host);
    if (!listed) office_.log.warning("smtp_connection_cache_destinations: {}", listed.error().text);
    co_return listed && *listed;
}

/// Sessions are kept by destination, by what protects them, and by who has logged in.
std::string Courier::kept_name(const Destination& destination) const {
    const std::string login = office_.logins ? office_.logins->session_name(job_.request().sender) : "";
    return fmt::format("{}\n{}{}", destination.text, safeguards_.name_for_keeping(), login);
}

Task<void> deliver(Office& office, delivery::Job& job) {
    Courier courier(office, job);
    co_await courier.deliver();
}

}  // namespace postern::smtp
