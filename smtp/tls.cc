// TLS with servers; see the header.
#include "smtp/tls.h"

#include "lib/base/strings.h"
#include "lib/report/tls_events.h"
#include "lib/service/daemon.h"

namespace postern::smtp {

namespace {

config::Config as_read(const service::Daemon& daemon, bool is_lmtp) {
    return is_lmtp ? daemon.config().for_lmtp() : daemon.config();
}

TlsDefaults defaults_of(const service::Daemon& daemon, bool is_lmtp) {
    auto defaults = TlsDefaults::of(as_read(daemon, is_lmtp));
    if (!defaults) daemon.log().fatal("{}", defaults.error().text);
    return std::move(*defaults);
}

TlsPolicies open_policies(const service::Daemon& daemon, service::Tables& tables, bool is_lmtp) {
    const std::string prefix = is_lmtp ? "lmtp_" : "smtp_";
    return {defaults_of(daemon, is_lmtp), tables.open(prefix + "tls_policy_maps"),
            tables.open(prefix + "tls_per_site")};
}

tls::LogLevels open_log_levels(const service::Daemon& daemon, service::Tables& tables, bool is_lmtp) {
    const std::string prefix = is_lmtp ? "lmtp_" : "smtp_";
    return tls::log_levels(daemon.config(), prefix + "tls_", tables.open(prefix + "tls_loglevel_maps"));
}

/// Postfix keeps connections under TLS in tlsproxy, with parameters of its own; we keep them here.
void warn_of_proxy_parameters(const config::Config& config, const Log& log) {
    const std::string prefix = "tlsproxy_client_", own = "smtp_tls_";
    const std::pair<std::string, std::string> pairs[] = {
        {prefix + "CAfile", own + "CAfile"}, {prefix + "CApath", own + "CApath"},
        {prefix + "cert_file", own + "cert_file"}, {prefix + "key_file", own + "key_file"},
        {prefix + "dcert_file", own + "dcert_file"}, {prefix + "dkey_file", own + "dkey_file"},
        {prefix + "eccert_file", own + "eccert_file"}, {prefix + "eckey_file", own + "eckey_file"},
        {prefix + "chain_files", own + "chain_files"}, {prefix + "fingerprint_digest", own + "fingerprint_digest"},
        {prefix + "loglevel", own + "loglevel"}, {prefix + "per_site", own + "per_site"},
        {prefix + "policy_maps", own + "policy_maps"}, {prefix + "scert_verifydepth", own + "scert_verifydepth"},
        {prefix + "security_level", own + "security_level"}, {prefix + "use_tls", "smtp_use_tls"},
        {prefix + "enforce_tls", "smtp_enforce_tls"}};
    for (const auto& [proxy, ours] : pairs)
        if (config.is_set(proxy) && config.lookup(proxy) != config.lookup(ours))
            log.warning("{} has no effect: connections under TLS are kept by smtp itself, and {} counts", proxy, ours);
}

}  // namespace

Tls::Tls(service::Daemon& daemon, service::Tables& tables, bool is_lmtp)
    : wraps_(as_read(daemon, is_lmtp).boolean("smtp_tls_wrappermode")),
      notes_offers_(as_read(daemon, is_lmtp).boolean("smtp_tls_note_starttls_offer")),
      blocks_early_replies_(as_read(daemon, is_lmtp).boolean("smtp_tls_block_early_mail_reply")),
      timeout_(as_read(daemon, is_lmtp).time("smtp_starttls_timeout")),
      log_levels_(open_log_levels(daemon, tables, is_lmtp)),
      reporter_(daemon.reporter()),
      sessions_(daemon),
      policies_(open_policies(daemon, tables, is_lmtp)) {
    const config::Config config = as_read(daemon, is_lmtp);
    if (!policies_.may_want_tls()) return;
    tls::SideSettings side(config, "smtp_tls_");
    daemon.watch(side.files());
    if (policies_.reuses_connections()) warn_of_proxy_parameters(daemon.config(), daemon.log());
    auto client = tls::Client::make(tls::CommonSettings(config), std::move(side), &sessions_,
                                    is_lmtp ? tls::SessionCache::lmtp : tls::SessionCache::smtp, &sessions_);
    if (!client) {
        daemon.log().warning("{}: disabling TLS support", client.error().text);
        return;
    }
    client_ = std::move(*client);
    for (const std::string& warning : client_->warnings()) daemon.log().warning("{}", warning);
}

Task<tls::LogLevel> Tls::log_level(const Session& session) const {
    const Endpoint& endpoint = session.endpoint();
    return log_levels_.of(endpoint.host, endpoint.address.host(), reporter_.log());
}

Task<Result<void>> Tls::secure(Session& session, std::string nexthop, TlsPolicy policy) const {
    const std::string peer = session.endpoint().where_and_port();
    const tls::LogLevel level = co_await log_level(session);
    event::Stream& stream = session.stream();
    stream.consume(stream.buffered().size());   // said in clear: it counts no more (RFC 3207)
    auto made = co_await client_->connect(stream, peer, peer,
                                          policy.for_server(nexthop, session.endpoint().host), reporter_,
                                          level, stream.loop().in(timeout_));
    if (!made) {
        session.give_up();
        co_return made.error();
    }
    session.tls = std::move(*made);
    co_return success();
}

void Tls::report_unverified(const Session& session, std::string_view why) const {
    reporter_.report(report::TlsPeerUnverified{session.endpoint().where_and_port(), why});
}

Task<void> Tls::report_reuse(const Session& session) const {
    if (!session.tls || (co_await log_level(session)).number < 1) co_return;
    const tls::Established& made = *session.tls;
    const std::string peer = session.endpoint().where_and_port();
    const std::string summary = made.summary();
    const std::string details = made.server_details() + made.client_details();
    reporter_.report(report::TlsEstablished{.side = report::TlsSide::client,
                                            .is_reused_connection = true,
                                            .trust = made.trust(),
                                            .peer = peer,
                                            .server_name = {},
                                            .summary = summary,
                                            .details = details,
                                            .protocol = made.protocol,
                                            .cipher = made.cipher,
                                            .is_resumed_session = made.is_reused});
}

void Tls::note_offer(const Session& session) const {
    if (notes_offers_) reporter_.report(report::StarttlsOffered{session.endpoint().host});
}

}  // namespace postern::smtp
