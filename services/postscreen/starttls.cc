// TLS in postscreen; see the header.
#include "services/postscreen/starttls.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::postscreen {

namespace {

/// postscreen_tls_security_level, and the parameters that count where it is empty.
tls::Level level_of(const service::Daemon& daemon) {
    const config::Config& config = daemon.config();
    const std::string text = config.text("postscreen_tls_security_level");
    if (text.empty()) {
        if (config.boolean("postscreen_enforce_tls")) return tls::Level::encrypt;
        return config.boolean("postscreen_use_tls") ? tls::Level::may : tls::Level::none;
    }
    const auto level = tls::level_named(text);
    if (!level) daemon.log().fatal("postscreen_tls_security_level: invalid level \"{}\"", text);
    return std::min(*level, tls::Level::encrypt);
}

}  // namespace

Starttls::Starttls(service::Daemon& daemon, service::Tables& tables)
    : level_(level_of(daemon)), log_level_(0), sessions_(daemon) {
    if (level_ == tls::Level::none) return;
    const config::Config& config = daemon.config();
    tls::ServerSettings wanted(config);
    wanted.side = tls::SideSettings(config, "postscreen_tls_");
    wanted.is_mandatory = is_mandatory();
    wanted.service = fmt::format("{}/{}", config.text("syslog_name"), config.service_name());
    log_level_ = wanted.side.log_level;
    daemon.watch(wanted.side.files());
    auto server = tls::Server::make(std::move(wanted), tables.open("tls_server_sni_maps"), &sessions_);
    if (!server) {
        daemon.log().warning("{}", server.error().text);
        return;
    }
    server_ = std::move(*server);
    for (const std::string& warning : server_->warnings()) daemon.log().warning("{}", warning);
}

Task<bool> Starttls::secure(event::Stream& stream, std::string client, Reporter reporter,
                            Deadline deadline) const {
    auto made = co_await server_->accept(stream, std::move(client), reporter, log_level_, deadline);
    co_return made.has_value();
}

}  // namespace postern::postscreen
