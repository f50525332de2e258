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

int number_of(const std::string& text) { return static_cast<int>(parse_number(text).value_or(0)); }

TlsDefaults defaults_of(const service::Daemon& daemon, bool is_lmtp) {
    auto defaults = TlsDefaults::of(as_read(daemon, is_lmtp));
    if (!defaults) daemon.log().fatal("{}", defaults.error().text);
    return std::move(*defaults);
}

table::Maps open(service::Tables& tables, bool is_lmtp, const char* name) {
    return tables.open((is_lmtp ? "lmtp_" : "smtp_") + std::string(name));
}

}  // namespace

Tls::Tls(service::Daemon& daemon, service::Tables& tables, bool is_lmtp)
    : wraps_(as_read(daemon, is_lmtp).boolean("smtp_tls_wrappermode")),
      notes_offers_(as_read(daemon, is_lmtp).boolean("smtp_tls_note_starttls_offer")),
      blocks_early_replies_(as_read(daemon, is_lmtp).boolean("smtp_tls_block_early_mail_reply")),
      log_level_(number_of(as_read(daemon, is_lmtp).text("smtp_tls_loglevel"))),
      timeout_(as_read(daemon, is_lmtp).time("smtp_starttls_timeout")),
      log_level_maps_(open(tables, is_lmtp, "tls_loglevel_maps")),
      reporter_(daemon.reporter()),
      sessions_(daemon),
      policies_(defaults_of(daemon, is_lmtp), open(tables, is_lmtp, "tls_policy_maps"),
                open(tables, is_lmtp, "tls_per_site")) {
    const config::Config config = as_read(daemon, is_lmtp);
    if (!policies_.may_want_tls()) return;
    tls::SideSettings side(config, "smtp_tls_");
    daemon.watch(side.files());
    auto client = tls::Client::make(tls::CommonSettings(config), std::move(side), &sessions_,
                                    is_lmtp ? tls::SessionCache::lmtp : tls::SessionCache::smtp);
    if (!client) {
        daemon.log().warning("{}: disabling TLS support", client.error().text);
        return;
    }
    client_ = std::move(*client);
    for (const std::string& warning : client_->warnings()) daemon.log().warning("{}", warning);
}

/// smtp_tls_loglevel_maps: by name, then by address.
Task<int> Tls::log_level(const Session& session) const {
    if (log_level_maps_.empty()) co_return log_level_;
    const Endpoint& endpoint = session.endpoint();
    for (const std::string& key : {endpoint.host, endpoint.address.host()}) {
        auto found = co_await log_level_maps_.find(key);
        if (!found) reporter_.log().warning("smtp_tls_loglevel_maps: {}", found.error().text);
        else if (*found) co_return number_of((*found)->substr(0, (*found)->find(',')));
    }
    co_return log_level_;
}

Task<bool> Tls::secure(Session& session, std::string nexthop, TlsPolicy policy) const {
    const std::string peer = session.endpoint().where_and_port();
    const int level = co_await log_level(session);
    event::Stream& stream = session.stream();
    stream.consume(stream.buffered().size());   // said in clear: it counts no more (RFC 3207)
    auto made = co_await client_->connect(stream, peer, peer,
                                          policy.for_server(nexthop, session.endpoint().host), reporter_,
                                          level, stream.loop().in(timeout_));
    if (!made) {
        session.give_up();
        co_return false;
    }
    session.tls = std::move(*made);
    co_return true;
}

void Tls::report_reuse(const Session& session) const {
    if (!session.tls || log_level_ < 1) return;
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
