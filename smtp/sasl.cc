// Logins; see the header.
#include "smtp/sasl.h"

#include "lib/base/base64.h"
#include "lib/base/strings.h"
#include "lib/sasl/cyrus_client.h"

#include <fmt/format.h>

namespace postern::smtp {

using sasl::Secret;

namespace {

/// What belongs to AUTH is neither logged nor left in memory.
Task<Heard> ask_secretly(Session& session, Secret command) {
    session.stream().wipe_after_use(true);
    session.stream().write(command.text());
    session.stream().write("\r\n");
    auto heard = co_await session.hear(stage::auth);
    session.stream().wipe_after_use(false);
    co_return heard;
}

Refusal temporary_refusal(std::string text) { return {{4, 7, 0}, std::move(text), "", true}; }

Refusal cannot(const Session& session, std::string_view why) {
    return temporary_refusal(fmt::format("SASL authentication failed; cannot authenticate to server {}: {}",
                                         session.endpoint().where(), why));
}

Secret auth_command(const sasl::ClientExchange::Start& start) {
    Secret command("AUTH " + start.mechanism);
    if (!start.initial) return command;
    // A response of no bytes is "=" (RFC 4954 section 4).
    Secret coded(start.initial->text().empty() ? "=" : base64_encoded(start.initial->text()));
    command.text().reserve(command.text().size() + coded.text().size() + 1);
    command.text().append(" ").append(coded.text());
    return command;
}

}  // namespace

Logins::Logins(service::Daemon& daemon, service::Tables& tables, const table::Maps& passwords,
               event::Pool& pool, bool is_lmtp)
    : passwords_(passwords) {
    const config::Config config = is_lmtp ? daemon.config().for_lmtp() : daemon.config();
    const auto fatal_in = [&](std::string_view parameter, std::string_view problem) {
        daemon.log().fatal("{}", config.error_in(parameter, problem).text);
    };
    if (config.text("smtp_sasl_type") != "cyrus") fatal_in("smtp_sasl_type", "unsupported SASL type: cyrus");
    auto client = sasl::CyrusClient::open(pool,
                                          {.config_path = config.text("cyrus_sasl_config_path"),
                                           .service = is_lmtp ? "lmtp" : "smtp",
                                           .sends_authzid = config.boolean("send_cyrus_sasl_authzid")},
                                          daemon.log());
    if (!client) fatal_in("smtp_sasl_path", client.error().text);
    client_ = std::move(*client);
    const auto options = [&](std::string_view parameter) {
        auto parsed = sasl::SecurityOptions::parse(config.list(parameter));
        if (!parsed) fatal_in(parameter, parsed.error().text);
        return *parsed;
    };
    options_ = options("smtp_sasl_security_options");
    tls_options_ = options("smtp_sasl_tls_security_options");
    verified_options_ = options("smtp_sasl_tls_verified_security_options");
    auto filter = table::HostList::open("smtp_sasl_mechanism_filter", config.text("smtp_sasl_mechanism_filter"),
                                        false, tables.registry());
    if (!filter) daemon.log().fatal("{}", filter.error().text);
    mechanism_filter_ = std::move(*filter);
    if (const std::string text = config.text("smtp_sasl_password_result_delimiter"); !text.empty())
        delimiter_ = text.front();
    is_sender_dependent_ = config.boolean("smtp_sender_dependent_authentication");
    is_soft_ = config.boolean("smtp_sasl_auth_soft_bounce");
    open_cache(daemon, config);
}

void Logins::open_cache(service::Daemon& daemon, const config::Config& config) {
    constexpr std::string_view shared = "proxy:";
    const std::string name = config.text("smtp_sasl_auth_cache_name");
    if (name.empty()) return;
    if (!name.starts_with(shared))
        daemon.log().fatal("{}", config.error_in("smtp_sasl_auth_cache_name",
                                                 "SASL authentication cache must be accessed via the proxywrite "
                                                 "service: proxy:" + name).text);
    proxywrite_.emplace(daemon.loop(), daemon.config());
    refused_logins_.emplace(*proxywrite_, name.substr(shared.size()), config.time("smtp_sasl_auth_cache_time"),
                            daemon.loop().clock(), daemon.log());
}

const sasl::SecurityOptions& Logins::demanded(const Session& session) const {
    if (!session.tls) return options_;
    return session.tls->peer.is_matched ? verified_options_ : tls_options_;
}

Task<Result<std::optional<sasl::Credentials>>> Logins::find(const Session& session, std::string sender,
                                                            std::string destination) const {
    std::vector<std::string> keys;
    if (is_sender_dependent_ && !sender.empty()) keys.push_back(std::move(sender));
    keys.push_back(session.endpoint().host);
    keys.push_back(std::move(destination));
    for (const std::string& key : keys) {
        auto found = co_await passwords_.find(key);
        if (!found) co_return found.error();
        if (!*found) continue;
        Secret entry(std::move(**found));
        const auto pair = cut(entry.text(), delimiter_);
        const std::string_view username = pair ? pair->first : std::string_view(entry.text());
        if (username.empty()) co_return std::nullopt;   // an entry that says: not there
        co_return sasl::Credentials{std::string(username), Secret(std::string(pair ? pair->second : ""))};
    }
    co_return std::nullopt;
}

Task<std::vector<std::string>> Logins::usable(const Session& session) const {
    std::vector<std::string> names;
    for (const std::string& name : session.features.auth) {
        auto passes = co_await mechanism_filter_.has(name, "");
        if (!passes) session.log().warning("smtp_sasl_mechanism_filter: {}", passes.error().text);
        if (mechanism_filter_.empty() || (passes && *passes)) names.push_back(name);
    }
    co_return names;
}

Task<std::optional<Refusal>> Logins::log_in(Session& session, std::string sender,
                                            std::string destination) const {
    if (session.features.auth.empty()) co_return std::nullopt;
    auto credentials = co_await find(session, std::move(sender), std::move(destination));
    if (!credentials) co_return temporary_refusal(credentials.error().text);
    if (!*credentials) co_return std::nullopt;
    auto mechanisms = co_await usable(session);
    if (mechanisms.empty())
        co_return temporary_refusal(
            fmt::format("SASL authentication failed: server {} offered no compatible authentication "
                        "mechanisms for this type of connection security", session.endpoint().where()));
    std::string cache_key;
    if (refused_logins_) {
        cache_key = RefusedLogins::key_of(session.endpoint().host, **credentials);
        if (const auto said = co_await refused_logins_->find(cache_key)) co_return refused(session, *said);
    }
    auto login = client_->begin(session.endpoint().host, std::move(**credentials), demanded(session),
                                session.tls.has_value());
    co_return co_await exchange(session, *login, std::move(mechanisms), std::move(cache_key));
}

Task<std::optional<Refusal>> Logins::exchange(Session& session, sasl::ClientExchange& exchange,
                                              std::vector<std::string> mechanisms,
                                              std::string cache_key) const {
    auto start = co_await exchange.start(std::move(mechanisms));
    if (!start) co_return cannot(session, start.error().text);
    auto heard = co_await ask_secretly(session, auth_command(*start));
    for (;;) {
        if (const auto* broken = std::get_if<Broken>(&heard)) co_return Refusal{{4, 4, 2}, broken->text, "", true};
        const Reply& reply = std::get<Reply>(heard);
        session.is_logged_in = reply.is_success();
        if (reply.is_success()) co_return std::nullopt;
        if (reply.code == 535 && refused_logins_) co_await refused_logins_->add(cache_key, reply.text);
        if (reply.code != 334) co_return refused(session, reply);
        const auto challenge = base64_decoded(trim(reply.lines.empty() ? "" : reply.lines[0]));
        auto response = challenge ? co_await exchange.respond(*challenge)
                                  : Result<Secret>(permanent("malformed SASL challenge from server"));
        // The server hears that nothing more comes; what it answers to that changes nothing.
        if (!response) {
            std::ignore = co_await ask_secretly(session, Secret("*"));
            co_return cannot(session, response.error().text);
        }
        heard = co_await ask_secretly(session, Secret(base64_encoded(response->text())));
    }
}

Refusal Logins::refused(const Session& session, const Reply& reply) const {
    // A password that is wrong today may be put right tomorrow.
    const bool is_permanent = reply.is_permanent() && !is_soft_;
    return {is_permanent ? reply.status : reply.status.as(4),
            fmt::format("SASL authentication failed; server {} said: {}", session.endpoint().where(), reply.text),
            reply.text, true};
}

}  // namespace postern::smtp
