// From an address to a session; see the header.
#include "smtp/opening.h"

#include "lib/base/strings.h"
#include "lib/event/tcp_window.h"
#include "smtp/protection.h"

#include <fmt/format.h>

namespace postern::smtp {

namespace {

/// smtp_bind_address is not ours.
bool is_bad_source(const Error& error) { return error.text.starts_with("bind "); }

Unopened unreachable(const Endpoint& endpoint, const Error& error) {
    if (is_bad_source(error)) return {{{4, 4, 0}, "server configuration error", ""}, "none", true};
    const std::string_view why = error.code == Errc::timeout ? "Connection timed out" : std::string_view(error.text);
    return {{{4, 4, 1}, fmt::format("connect to {}: {}", endpoint.where_and_port(), why), ""}, "none", true};
}

}  // namespace

Task<std::variant<std::unique_ptr<Session>, Unopened>> Opening::open(Destination destination, Endpoint endpoint) {
    auto found = co_await safeguards_.policy_for(destination, endpoint);
    if (const auto* unusable = std::get_if<Unusable>(&found)) {
        if (unusable->dane && office_.tls_reports)
            tell_of_dane(*office_.tls_reports, destination, endpoint, *unusable->dane);
        co_return Unopened{{{4, 7, 5}, unusable->why, "", false}};
    }
    auto& policy = std::get<TlsPolicy>(found);
    may_try_in_clear_ = false;
    auto opened = co_await greet(destination, endpoint, policy);
    if (!may_try_in_clear_) co_return opened;
    office_.log.info("{}: Cannot start TLS: handshake failure", job_.request().queue_id);
    policy.level = tls::Level::none;
    opened = co_await greet(std::move(destination), std::move(endpoint), std::move(policy));
    if (std::holds_alternative<std::unique_ptr<Session>>(opened)) safeguards_.note_that_it_went_in_clear();
    co_return opened;
}

Task<Opening::Opened> Opening::greet(Destination destination, Endpoint endpoint, TlsPolicy policy) {
    auto socket = co_await connect(endpoint);
    if (!socket) co_return unreachable(endpoint, socket.error());
    auto session = std::make_unique<Session>(office_.loop, std::move(*socket), endpoint, settings_,
                                             office_.tables.reply_filter, office_.log);
    session->is_shown = co_await is_shown(endpoint);
    auto refusal = co_await prepare(*session, std::move(destination), policy);
    if (!refusal || refusal->status.subject == 7) safeguards_.note(policy, session.get());
    if (!refusal) co_return std::move(session);
    may_try_in_clear_ = safeguards_.may_go_on_in_clear(*refusal, policy);
    office_.kept.say_goodbye(std::move(session));
    co_return Unopened{std::move(*refusal), endpoint.where_and_port()};
}

Task<std::optional<Refusal>> Opening::prepare(Session& session, Destination destination, TlsPolicy policy) {
    std::optional<Protection> protection;
    if (office_.tls)
        protection.emplace(*office_.tls, nexthop_of(destination, settings_), policy, office_.tls_reports,
                           reported_domain(destination));
    const Endpoint& endpoint = session.endpoint();
    Quirks quirks{co_await discarded_keywords(endpoint), co_await pix_workarounds(endpoint)};
    auto refusal = co_await shake_hands(session, std::move(quirks), protection ? &*protection : nullptr);
    if (refusal) {
        safeguards_.harden(*refusal);
        co_return refusal;
    }
    if (auto objection = safeguards_.objection_to(session, policy)) co_return objection;
    if (!office_.logins) co_return std::nullopt;
    co_return co_await office_.logins->log_in(session, job_.request().sender, destination.text);
}

Task<Result<Fd>> Opening::connect(const Endpoint& endpoint) {
    const bool is_ipv6 = endpoint.address.family() == AF_INET6;
    const std::string& local = is_ipv6 ? settings_.bind_address6 : settings_.bind_address;
    std::optional<event::SocketAddress> from;
    if (endpoint.path.empty() && !local.empty()) {
        auto numeric = event::SocketAddress::numeric(local, 0);
        if (!numeric) co_return numeric.error();
        from = *numeric;
    }
    const Deadline until = office_.loop.in(settings_.wait.connect);
    auto socket = co_await event::connect_with_window(office_.loop, endpoint.address, until, from,
                                                      settings_.tcp_windowsize);
    if (socket || !from || !is_bad_source(socket.error())) co_return socket;
    office_.log.warning("smtp_bind_address: {}", socket.error().text);
    if (settings_.bind_address_enforce) co_return socket;
    co_return co_await event::connect_with_window(office_.loop, endpoint.address, until, std::nullopt,
                                                  settings_.tcp_windowsize);
}

Task<bool> Opening::is_shown(const Endpoint& endpoint) const {
    if (settings_.debug_peer_level <= 0) co_return false;
    auto listed = co_await office_.tables.debug_peers.has(endpoint.host, endpoint.address.host());
    if (!listed) office_.log.warning("debug_peer_list: {}", listed.error().text);
    co_return listed && *listed;
}

Task<std::vector<std::string>> Opening::discarded_keywords(const Endpoint& endpoint) const {
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
Task<std::vector<std::string>> Opening::pix_workarounds(const Endpoint& endpoint) const {
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

}  // namespace postern::smtp
