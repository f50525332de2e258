// TLS policies and REQUIRETLS of one delivery; see the header.
#include "smtp/safeguards.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::smtp {

namespace {

bool is_dane(tls::Level level) { return level == tls::Level::dane || level == tls::Level::dane_only; }

bool requires_tls(const Office& office, const delivery::Job& job) {
    return office.require_tls && job.attribute("requiretls") == "yes";
}

}  // namespace

std::string nexthop_of(const Destination& destination, const Settings& settings) {
    return destination.kind == Destination::Kind::unix_socket ? settings.myhostname : lower(destination.host);
}

Safeguards::Safeguards(const Office& office, const delivery::Job& job)
    : office_(office),
      settings_(office.settings),
      job_(job),
      requires_tls_(requires_tls(office, job)),
      waives_tls_(!requires_tls_ && settings_.tls_required_enable && job.attribute("tls_required") == "no") {}

Task<std::optional<Refusal>> Safeguards::choose(const Destination& destination) {
    if (auto refusal = co_await find_demand(destination)) co_return refusal;
    co_return co_await find_policy(destination);
}

Task<std::optional<Refusal>> Safeguards::find_demand(const Destination& destination) {
    demanded_.reset();
    if (!requires_tls_) co_return std::nullopt;
    auto found = co_await office_.require_tls->find(nexthop_of(destination, settings_));
    if (found) {
        demanded_ = *found;
        co_return std::nullopt;
    }
    office_.log.warning("{}", found.error().text);
    co_return Refusal{{4, 3, 0}, found.error().text, "", false};
}

Task<std::optional<Refusal>> Safeguards::find_policy(const Destination& destination) {
    policy_ = {};
    feature_.clear();
    if (!office_.tls) co_return std::nullopt;
    std::string_view key = destination.text;
    for (const std::string_view kind : {"inet:", "unix:"})
        if (settings_.is_lmtp && key.starts_with(kind)) key.remove_prefix(kind.size());
    auto policy = waives_tls_ ? Result<TlsPolicy>(office_.tls->policies().lenient())
                              : co_await office_.tls->policies().find(lower(key));
    if (!policy) {
        office_.log.warning("{}", policy.error().text);
        co_return Refusal{{4, 7, 5}, policy.error().is_permanent() ? "client TLS configuration problem"
                                                                   : policy.error().text, "", false};
    }
    policy_ = std::move(*policy);
    note(policy_, nullptr);
    if (!office_.tls->comes_first() || tls::must_encrypt(policy_.level)) co_return std::nullopt;
    const std::string_view prefix = settings_.is_lmtp ? "lmtp_" : "smtp_";
    office_.log.warning("{}tls_wrappermode requires \"{}tls_security_level = encrypt\" (or stronger)", prefix, prefix);
    co_return Refusal{{4, 3, 0}, "server unavailable or unable to receive mail", "", false};
}

Task<std::variant<TlsPolicy, Unusable>> Safeguards::policy_for(const Destination& destination,
                                                               const Endpoint& endpoint) const {
    if (!office_.tls) co_return policy_;
    const TlsPolicies& policies = office_.tls->policies();
    auto policy = co_await policies.find_for_host(policy_, endpoint.host);
    if (policy && is_dane(policy->level)) {
        if (!office_.dane) co_return without_dnssec(*policy, destination, endpoint);
        auto answer = co_await office_.dane->find(policy->level, endpoint);
        if (auto* obstacle = std::get_if<nexthop::Dane::Obstacle>(&answer))
            co_return unusable(destination, endpoint, {std::move(obstacle->text), obstacle->problem});
        policy = policies.with_dane(*policy, std::get<nexthop::Dane::Demand>(std::move(answer)),
                                    nexthop_of(destination, settings_), endpoint.host);
    }
    if (policy) co_return std::move(*policy);
    if (!policy.error().is_permanent()) co_return unusable(destination, endpoint, {policy.error().text});
    office_.log.warning("{}", policy.error().text);
    co_return unusable(destination, endpoint, {"client TLS configuration problem"});
}

std::variant<TlsPolicy, Unusable> Safeguards::without_dnssec(const TlsPolicy& policy, const Destination& destination,
                                                             const Endpoint& endpoint) const {
    office_.log.warning("{}: dane configured with dnssec lookups disabled", destination.host);
    if (policy.level == tls::Level::dane) return office_.tls->policies().at_level(policy, tls::Level::may);
    auto [problem, text] = nexthop::Dane::insecure();
    return unusable(destination, endpoint, {std::move(text), problem});
}

Unusable Safeguards::unusable(const Destination& destination, const Endpoint& endpoint, Unusable server) const {
    office_.log.warning("TLS policy lookup for {}/{}: {}", destination.host, endpoint.host, server.why);
    return server;
}

std::optional<Refusal> Safeguards::objection_to(Session& session, const TlsPolicy& policy) const {
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

void Safeguards::harden(Refusal& refusal) const {
    if (demanded_ == RequireTls::enforce && refusal.status.subject == 7) refusal.status = refusal.status.as(5);
}

bool Safeguards::may_go_on_in_clear(const Refusal& refusal, const TlsPolicy& policy) const {
    const auto waited = office_.loop.clock().wall() - job_.request().arrival;
    return !demanded_ && refusal.is_tls_failure && policy.level == tls::Level::may &&
           waited >= settings_.minimal_backoff_time;
}

void Safeguards::note(const TlsPolicy& policy, const Session* session) {
    if (!settings_.log_tls_feature_status || !office_.tls) return;
    feature_ = tls::name_of(policy_.level);
    if (policy.level != policy_.level) feature_.append(":").append(tls::name_of(policy.level));
    if (policy.level != tls::Level::none) feature_ += !session ? "?" : !session->tls ? ":none" : "";
    if (!demanded_) return;
    if (const auto feature = require_tls_feature(*demanded_, policy, session); !feature.empty())
        feature_ += "/" + feature;
}

void Safeguards::note_that_it_went_in_clear() {
    feature_ = settings_.log_tls_feature_status ? "may:none" : "";
}

std::string Safeguards::name_for_keeping() const {
    return policy_.text() + (demanded_ ? "\nrequiretls" : "");
}

}  // namespace postern::smtp
