// The rounds of a courier; see the header.
#include "smtp/courier.h"

#include "lib/base/strings.h"
#include "lib/event/tcp_window.h"
#include "lib/mail/address.h"
#include "lib/mail/header_field.h"
#include "smtp/generic.h"

#include <fmt/format.h>

namespace postern::smtp {

using service::Outcome;

namespace {

/// What verifies it: the domain, without brackets and port.
std::string nexthop_of(const Destination& destination, const Settings& settings) {
    return destination.kind == Destination::Kind::unix_socket ? settings.myhostname : lower(destination.host);
}

std::string log_text(const delivery::Job& job, std::string_view text) {
    return fmt::format("{}: {}", job.request().queue_id, text);
}

delivery::Settlement forwarding_loop(std::string_view address) {
    delivery::Settlement settlement;
    settlement.outcome = Outcome::bounced;
    settlement.status = {5, 4, 6};
    settlement.text = fmt::format("mail forwarding loop for {}", address);
    return settlement;
}

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
    : office_(office), settings_(office.settings), job_(job) {}

Task<void> Courier::deliver() {
    job_.stages().connecting = office_.loop.clock().wall();
    if (!co_await prepare()) co_return;
    const auto all = places(job_.request().nexthop, settings_.fallback_relay);
    for (std::size_t i = 0; i < all.size() && !is_done(); ++i) {
        const bool is_last = i + 1 == all.size();
        co_await deliver_to(all[i], is_last);
        if (!is_done() && !is_last) tell_of_postponed();
    }
    if (!dead_text_.empty() && !is_done()) job_.destination_is_dead(dead_status_, dead_text_);
    co_await settle_postponed();
}

/// What the servers are to see; and what would keep the message from going at all.
Task<bool> Courier::prepare() {
    const service::DeliveryRequest& request = job_.request();
    requires_tls_ = office_.require_tls && job_.attribute("requiretls") == "yes";
    waives_tls_ = !requires_tls_ && settings_.tls_required_enable && job_.attribute("tls_required") == "no";
    Generic generic(office_.tables.generic, settings_);
    std::vector<std::string> mapped;
    for (std::size_t i = 0; i <= request.recipients.size(); ++i) {
        auto address = co_await generic.mapped(i == 0 ? request.sender
                                                      : request.recipients[i - 1].address);
        if (!address) {
            could_not({4, 3, 0}, address.error().text, false);
            co_await settle_postponed();
            co_return false;
        }
        mapped.push_back(std::move(*address));
    }
    envelope_.sender = std::move(mapped[0]);
    envelope_.recipients.assign(std::make_move_iterator(mapped.begin() + 1),
                                std::make_move_iterator(mapped.end()));
    if (office_.flags.delivered_to)
        for (const std::size_t recipient : job_.open_recipients())
            if (has_been_delivered_to(recipient))
                co_await settle(recipient, forwarding_loop(request.recipients[recipient].address));
    if (!office_.tables.generic.empty())
        rewriter_ = std::make_unique<Generic>(office_.tables.generic, settings_);
    co_return true;
}

Task<void> Courier::deliver_to(const std::string& place, bool is_last_place) {
    auto destination = Destination::parse(place, settings_.is_lmtp);
    if (!destination) {
        could_not({5, 1, 2}, destination.error().text, false);
        co_return;
    }
    if (!co_await find_requirement(*destination) || !co_await find_tls_policy(*destination)) co_return;
    const KeptSessions::Delivery under_way(office_.kept, kept_name(*destination));
    if (co_await deliver_over_kept(*destination)) co_return;
    if (destination->kind == Destination::Kind::unix_socket) {
        co_await deliver_over_unix(*destination);
        co_return;
    }
    auto servers = co_await office_.exchangers.find(*destination);
    if (auto* list = std::get_if<std::vector<MailServer>>(&servers)) {
        co_await try_servers(*destination, std::move(*list), is_last_place);
        co_return;
    }
    const NoServer& none = std::get<NoServer>(servers);
    if (none.is_ourselves && !settings_.best_mx_transport.empty())
        co_await pass_to_best_mx_transport();
    else
        could_not(none.status, none.text, none.status.is_temporary());
}

/// What REQUIRETLS of the sender means here. False: a table could not tell.
Task<bool> Courier::find_requirement(const Destination& destination) {
    demanded_.reset();
    if (!requires_tls_) co_return true;
    auto found = co_await office_.require_tls->find(nexthop_of(destination, settings_));
    if (found) {
        demanded_ = *found;
        co_return true;
    }
    office_.log.warning("{}", found.error().text);
    could_not({4, 3, 0}, found.error().text, false);
    co_return false;
}

/// False: the mail waits until somebody has looked at the configuration.
Task<bool> Courier::find_tls_policy(const Destination& destination) {
    tls_policy_ = {};
    tls_feature_.clear();
    if (!office_.tls) co_return true;
    std::string_view key = destination.text;
    for (const std::string_view kind : {"inet:", "unix:"})
        if (settings_.is_lmtp && key.starts_with(kind)) key.remove_prefix(kind.size());
    auto policy = waives_tls_ ? Result<TlsPolicy>(office_.tls->policies().lenient())
                              : co_await office_.tls->policies().find(lower(key));
    if (!policy) {
        office_.log.warning("{}", policy.error().text);
        could_not({4, 7, 5}, policy.error().is_permanent() ? "client TLS configuration problem"
                                                           : policy.error().text, false);
        co_return false;
    }
    tls_policy_ = std::move(*policy);
    note_tls(tls_policy_, nullptr);
    if (office_.tls->comes_first() && !tls::must_encrypt(tls_policy_.level)) {
        office_.log.warning("{}tls_wrappermode requires \"{}tls_security_level = encrypt\" (or stronger)",
                            settings_.is_lmtp ? "lmtp_" : "smtp_", settings_.is_lmtp ? "lmtp_" : "smtp_");
        could_not({4, 3, 0}, "server unavailable or unable to receive mail", false);
        co_return false;
    }
    co_return true;
}

/// The same for one of its servers; nothing: it cannot be used.
Task<std::optional<TlsPolicy>> Courier::tls_policy_for(const Destination& destination,
                                                       const Endpoint& endpoint) {
    if (!office_.tls) co_return tls_policy_;
    const TlsPolicies& policies = office_.tls->policies();
    auto policy = co_await policies.find_for_host(tls_policy_, endpoint.host);
    if (policy && (policy->level == tls::Level::dane || policy->level == tls::Level::dane_only)) {
        if (office_.dane) {
            policy = co_await office_.dane->apply(std::move(*policy), endpoint,
                                                  nexthop_of(destination, settings_), policies);
        } else {
            office_.log.warning("{}: dane configured with dnssec lookups disabled", destination.host);
            policy = policy->level == tls::Level::dane
                         ? Result<TlsPolicy>(policies.at_level(*policy, tls::Level::may))
                         : temporary("non DNSSEC destination");
        }
    }
    if (policy) co_return std::move(*policy);
    const Error& error = policy.error();
    if (error.is_permanent()) office_.log.warning("{}", error.text);
    const std::string why = error.is_permanent() ? "client TLS configuration problem" : error.text;
    office_.log.warning("TLS policy lookup for {}/{}: {}", destination.host, endpoint.host, why);
    could_not({4, 7, 5}, why, false);
    co_return std::nullopt;
}

/// The tls= of the log (smtp_log_tls_feature_status); `session` null: none was opened.
void Courier::note_tls(const TlsPolicy& policy, const Session* session) {
    if (!settings_.log_tls_feature_status || !office_.tls) return;
    tls_feature_ = tls::name_of(tls_policy_.level);
    if (policy.level != tls_policy_.level) tls_feature_.append(":").append(tls::name_of(policy.level));
    if (policy.level != tls::Level::none) tls_feature_ += !session ? "?" : !session->tls ? ":none" : "";
    if (demanded_)
        if (const auto feature = require_tls_feature(*demanded_, policy, session); !feature.empty())
            tls_feature_ += "/" + feature;
}

/// Mail that must not travel in clear does not go to a server that cannot keep the promise. The next
/// one may; after the last the mail is returned (RFC 8689 section 4.2.1).
std::optional<Refusal> Courier::enforce_requirement(Session& session, const TlsPolicy& policy) const {
    if (!demanded_) return std::nullopt;
    const auto why = violation_of(*demanded_, policy, session);
    session.passes_requiretls_on = *demanded_ != RequireTls::disable && session.tls && session.features.requiretls;
    if (why.empty()) return std::nullopt;
    const std::string where = session.endpoint().where();
    if (why == "none")
        return Refusal{{5, 7, 30}, fmt::format("REQUIRETLS is required, but was not offered by host {}", where), "", false};
    const std::string_view what = why == "nocertmatch" ? "the certificate does not match" : "there is no TLS";
    return Refusal{{5, 7, 10}, fmt::format("REQUIRETLS is required, but {} with host {}", what, where), "", false};
}

/// True when a kept session was good, whatever the server said.
Task<bool> Courier::deliver_over_kept(const Destination& destination) {
    while (auto session = office_.kept.take(kept_name(destination))) {
        note_tls(tls_policy_, session.get());
        if (office_.tls) co_await office_.tls->report_reuse(*session);
        tried_ = {session->endpoint().where_and_port()};
        if (co_await transact(destination, std::move(session))) co_return is_done();
        tried_.clear();
    }
    co_return false;
}

Task<void> Courier::deliver_over_unix(const Destination& destination) {
    auto address = event::SocketAddress::unix_path(destination.path);
    if (!address) {
        could_not({4, 3, 5}, address.error().text, false);
        co_return;
    }
    std::ignore = co_await try_server(
        destination, Endpoint{settings_.myhostname, *address, destination.path});
}

Task<void> Courier::try_servers(const Destination& destination, std::vector<MailServer> servers,
                                bool is_last_place) {
    for (std::size_t i = 0; i < servers.size() && !is_done(); ++i) {
        const std::size_t limit = settings_.mx_session_limit;
        if (limit > 0 && sessions_ >= limit) co_return;
        if (tried_.contains(servers[i].endpoint.where_and_port())) continue;
        if (!tls_policy_.permits_host(servers[i].endpoint.host)) {
            could_not({4, 7, 5}, fmt::format("host {} is not in the MTA-STS policy of {}", servers[i].endpoint.where(),
                                             destination.host), false);
            continue;
        }
        const bool was_session = co_await try_server(destination, servers[i].endpoint);
        if (was_session) ++sessions_;
        const bool has_next = i + 1 < servers.size() && !(limit > 0 && sessions_ >= limit);
        if (!is_done() && (has_next || !is_last_place)) tell_of_postponed();
    }
}

/// True when the server answered, so that it counts as a session.
Task<bool> Courier::try_server(const Destination& destination, const Endpoint& endpoint) {
    job_.stages().sending.reset();
    auto session = co_await open_session(destination, endpoint);
    if (!session) co_return false;
    std::ignore = co_await transact(destination, std::move(session));
    co_return true;
}

Task<Result<Fd>> Courier::connect(const Endpoint& endpoint) {
    const bool is_ipv6 = endpoint.address.family() == AF_INET6;
    const std::string& local = is_ipv6 ? settings_.bind_address6 : settings_.bind_address;
    std::optional<event::SocketAddress> from;
    if (endpoint.path.empty() && !local.empty()) {
        auto numeric = event::SocketAddress::numeric(local, 0);
        if (!numeric) co_return numeric.error();
        from = *numeric;
    }
    const Deadline until = office_.loop.in(settings_.wait.connect);
    auto socket = co_await event::connect_with_window(
        office_.loop, endpoint.address, until, from, office_.settings.tcp_windowsize);
    const bool has_bad_source = !socket && from && socket.error().text.starts_with("bind ");
    if (!has_bad_source || settings_.bind_address_enforce) co_return socket;
    office_.log.warning("smtp_bind_address: {}", socket.error().text);
    co_return co_await event::connect_with_window(office_.loop, endpoint.address, until, std::nullopt,
                                                  office_.settings.tcp_windowsize);
}

/// Sessions are kept by destination, by what protects them, and by who has logged in.
std::string Courier::kept_name(const Destination& destination) const {
    const std::string login = office_.logins ? office_.logins->session_name(job_.request().sender) : "";
    const std::string_view promise = demanded_ ? "\nrequiretls" : "";
    return fmt::format("{}\n{}{}{}", destination.text, tls_policy_.text(), login, promise);
}

Task<std::vector<std::string>> Courier::discarded_keywords(const Endpoint& endpoint) {
    auto special = co_await office_.tables.discard_ehlo_keywords.find(endpoint.address.host());
    if (!special) {
        // What the table would have forbidden is not used.
        office_.log.warning("smtp_discard_ehlo_keyword_address_maps: {}", special.error().text);
        co_return std::vector<std::string>{"pipelining", "dsn", "8bitmime",
                                           "size", "smtputf8", "xforward"};
    }
    if (!*special) co_return settings_.discard_ehlo_keywords;
    std::vector<std::string> keywords;
    for (const std::string_view word : split(**special)) keywords.emplace_back(word);
    co_return keywords;
}

/// delay_dotcrlf only for mail that has waited: the first attempt mostly gets through without.
Task<std::vector<std::string>> Courier::pix_workarounds(const Endpoint& endpoint) {
    std::vector<std::string> words = settings_.pix_workarounds;
    auto special = co_await office_.tables.pix_workarounds.find(endpoint.address.host());
    if (!special) office_.log.warning("smtp_pix_workaround_maps: {}", special.error().text);
    if (special && *special) {
        words.clear();
        for (const std::string_view word : split(**special)) words.emplace_back(word);
    }
    const auto waited = office_.loop.clock().wall() - job_.request().arrival;
    if (waited < settings_.pix_workaround_threshold_time)
        std::erase_if(words, [](const std::string& word) { return same(word, "delay_dotcrlf"); });
    co_return words;
}

/// Null when there is no session, with the reason kept. Where mail may go in clear and has waited
/// for a while, a server that fails at TLS is asked again without.
Task<std::unique_ptr<Session>> Courier::open_session(const Destination& destination,
                                                     const Endpoint& endpoint) {
    auto policy = co_await tls_policy_for(destination, endpoint);
    if (!policy) co_return nullptr;
    has_failed_tls_ = false;
    auto session = co_await greet(destination, endpoint, *policy);
    if (session || !has_failed_tls_) co_return session;
    office_.log.info("{}", log_text(job_, "Cannot start TLS: handshake failure"));
    policy->level = tls::Level::none;
    session = co_await greet(destination, endpoint, *policy);
    if (session) tls_feature_ = settings_.log_tls_feature_status ? "may:none" : "";
    co_return session;
}

bool Courier::may_go_on_in_clear(const Refusal& refusal, const TlsPolicy& policy) const {
    const auto waited = office_.loop.clock().wall() - job_.request().arrival;
    return refusal.is_tls_failure && policy.level == tls::Level::may &&
           waited >= settings_.minimal_backoff_time;
}

/// Connects and greets; null when either fails, with the reason kept.
Task<std::unique_ptr<Session>> Courier::greet(const Destination& destination, const Endpoint& endpoint,
                                              TlsPolicy policy) {
    auto socket = co_await connect(endpoint);
    if (!socket) {
        const Error& error = socket.error();
        could_not({4, 4, 1},
                  fmt::format("connect to {}: {}", endpoint.where_and_port(),
                              error.code == Errc::timeout ? "Connection timed out" : error.text),
                  true);
        co_return nullptr;
    }
    auto session = std::make_unique<Session>(office_.loop, std::move(*socket), endpoint, settings_,
                                             office_.tables.reply_filter, office_.log);
    if (settings_.debug_peer_level > 0) {
        auto listed = co_await office_.tables.debug_peers.has(endpoint.host, endpoint.address.host());
        if (!listed) office_.log.warning("debug_peer_list: {}", listed.error().text);
        session->is_shown = listed && *listed;
    }
    std::optional<Protection> protection;
    if (office_.tls) protection.emplace(*office_.tls, nexthop_of(destination, settings_), policy);
    Quirks quirks{co_await discarded_keywords(endpoint), co_await pix_workarounds(endpoint)};
    auto refusal = co_await shake_hands(*session, std::move(quirks), protection ? &*protection : nullptr);
    // A promise that was given for the mail outweighs the hope of a better day.
    if (refusal && demanded_ == RequireTls::enforce && refusal->status.subject == 7)
        refusal->status = refusal->status.as(5);
    if (!refusal) refusal = enforce_requirement(*session, policy);
    if (!refusal && office_.logins)
        refusal = co_await office_.logins->log_in(*session, job_.request().sender, destination.text);
    if (!refusal) {
        note_tls(policy, session.get());
        co_return session;
    }
    has_failed_tls_ = may_go_on_in_clear(*refusal, policy) && !demanded_;
    if (refusal->status.subject == 7) note_tls(policy, session.get());
    could_not(refusal->status, refusal->text, refusal->may_try_next, endpoint.where_and_port());
    office_.kept.say_goodbye(std::move(session));
    co_return nullptr;
}

/// False when the session turned out to be dead before it had said anything.
Task<bool> Courier::transact(const Destination& destination, std::unique_ptr<Session> session) {
    job_.stages().sending = office_.loop.clock().wall();
    session->queue_id = job_.request().queue_id;
    Transaction transaction(*session, job_, envelope_, office_.flags, office_.tables.checks, rewriter_.get(),
                            *this);
    co_await transaction.run();
    if (transaction.found_it_dead()) {
        job_.stages().sending.reset();
        co_return false;
    }
    // A TLS session serves one delivery, unless smtp_tls_connection_reuse says otherwise.
    if (session->tls && !tls_policy_.reuses_connections)
        office_.kept.say_goodbye(std::move(session));
    else
        office_.kept.give_back(kept_name(destination), std::move(session));
    co_return true;
}

/// flags=D: the message says that it was there before.
bool Courier::has_been_delivered_to(std::size_t recipient) {
    auto content = job_.content();
    mail::HeaderReader header(settings_.header_size_limit);
    const auto& address = job_.request().recipients[recipient].address;
    for (;;) {
        auto line = content.next();
        if (!line || !*line) return false;   // damage shows when the content is sent
        const auto step = header.add((*line)->text);
        const auto field = step.field ? mail::parse_field(*step.field) : std::nullopt;
        if (field && same(field->name, "Delivered-To") &&
            same(mail::internal(trim(field->value)), address))
            return true;
        if (step.ended) return false;
    }
}

/// smtp_delivery_status_filter: success stays success, failure stays failure.
Task<void> Courier::filter(delivery::Settlement& settlement) {
    auto found = co_await office_.tables.delivery_status_filter.find(
        settlement.status.text() + " " + settlement.text);
    if (!found) office_.log.warning("smtp_delivery_status_filter: {}", found.error().text);
    if (!found || !*found) co_return;
    const auto coded = mail::find_coded_text(**found);
    if (!coded || coded->code.is_success() != settlement.status.is_success()) {
        office_.log.warning("smtp_delivery_status_filter: bad result \"{}\" for \"{}\"", **found,
                            settlement.text);
        co_return;
    }
    settlement.status = coded->code;
    settlement.text = coded->text;
    if (!coded->code.is_success())
        settlement.outcome =
            coded->code.is_permanent() ? Outcome::bounced : Outcome::deferred;
}

/// This host is the best mail exchanger: another transport of ours takes the message over.
Task<void> Courier::pass_to_best_mx_transport() {
    service::DeliveryRequest request = job_.request();
    const auto parts = cut(settings_.best_mx_transport, ':');
    const std::string transport(parts ? parts->first : settings_.best_mx_transport);
    if (parts && !parts->second.empty()) request.nexthop = parts->second;
    const std::vector<std::size_t> open = job_.open_recipients();
    request.recipients.clear();
    for (const std::size_t recipient : open)
        request.recipients.push_back(job_.request().recipients[recipient]);

    service::Client client(office_.loop, "private/" + transport);
    auto reply = co_await client.call(std::move(request), Deadline::never());
    if (!reply) {
        could_not({4, 3, 0}, reply.error().text, false);
        co_return;
    }
    for (service::DeliveryResult& result : reply->results) {
        const auto index = static_cast<std::size_t>(result.recipient);
        if (index < open.size()) job_.settled_elsewhere(open[index], std::move(result));
    }
}

Task<void> Courier::settle(std::size_t recipient, delivery::Settlement settlement) {
    postponed_.erase(recipient);
    if (settlement.tls.empty()) settlement.tls = tls_feature_;
    if (!office_.tables.delivery_status_filter.empty())
        co_await filter(settlement);
    job_.settle(recipient, settlement);
}

void Courier::postpone(std::size_t recipient, delivery::Settlement settlement) {
    postponed_[recipient] = std::move(settlement);
}

/// No server was reached: the same reason for all that are open.
void Courier::could_not(mail::StatusCode status, std::string text, bool is_destination_dead,
                        std::string relay) {
    delivery::Settlement settlement;
    settlement.relay = std::move(relay);
    settlement.outcome = status.is_permanent() ? Outcome::bounced : Outcome::deferred;
    settlement.status = status;
    settlement.text = std::move(text);
    for (const std::size_t recipient : job_.open_recipients()) postponed_[recipient] = settlement;
    if (!is_destination_dead) return;
    dead_status_ = status.as(4);
    dead_text_ = settlement.text;
}

/// Another server is tried: the administrator is told what the last one said, once each.
void Courier::tell_of_postponed() {
    std::string last;
    for (const auto& [recipient, settlement] : postponed_) {
        if (settlement.text == last || job_.is_settled(recipient)) continue;
        last = settlement.text;
        office_.log.info("{}", log_text(job_, last));
    }
}

Task<void> Courier::settle_postponed() {
    for (auto& [recipient, settlement] : std::exchange(postponed_, {}))
        if (!job_.is_settled(recipient)) co_await settle(recipient, std::move(settlement));
}

Task<void> deliver(Office& office, delivery::Job& job) {
    Courier courier(office, job);
    co_await courier.deliver();
}

}  // namespace postern::smtp
