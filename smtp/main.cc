// smtp: delivers mail to other mail systems by SMTP (RFC 5321); called lmtp, by LMTP (RFC 2033).
#include "lib/config/networks.h"
#include "lib/delivery/agent.h"
#include "lib/dns/filtered_resolver.h"
#include "lib/dns/name_servers.h"
#include "lib/dns/probing_resolver.h"
#include "lib/service/client_of.h"
#include "lib/service/tables.h"
#include "smtp/courier.h"
#include "smtp/sasl.h"

#include <algorithm>
#include <filesystem>

namespace postern::smtp {

namespace {

/// The program's name decides what it speaks.
bool is_called_lmtp(const char* program) {
    return std::filesystem::path(program).filename() == "lmtp";
}

table::HostList open_debug_peers(const service::Daemon& daemon, service::Tables& tables) {
    const config::Config& config = daemon.config();
    const auto names = config.list("parent_domain_matches_subdomains");
    const bool parents_match = std::ranges::find(names, "debug_peer_list") != names.end();
    auto list = table::HostList::open("debug_peer_list", config.text("debug_peer_list"), parents_match,
                                      tables.registry());
    if (!list) daemon.log().fatal("{}", list.error().text);
    return std::move(*list);
}

mail::DomainList open_kept_destinations(const service::Daemon& daemon, service::Tables& tables,
                                        const std::string& parameter) {
    auto list = mail::DomainList::open(parameter, daemon.config().text(parameter), mail::Subdomains::never,
                                       tables.registry());
    if (!list) daemon.log().fatal("{}", list.error().text);
    return std::move(*list);
}

Tables open_tables(const service::Daemon& daemon, service::Tables& tables, bool is_lmtp) {
    const std::string prefix = is_lmtp ? "lmtp_" : "smtp_";
    return {tables.open(prefix + "generic_maps"),
            tables.open(prefix + "reply_filter"),
            tables.open(prefix + "delivery_status_filter"),
            tables.open(is_lmtp ? "lmtp_discard_lhlo_keyword_address_maps"
                                : "smtp_discard_ehlo_keyword_address_maps"),
            tables.open(prefix + "dns_reply_filter"),
            tables.open(prefix + "pix_workaround_maps"),
            tables.open(prefix + "sasl_password_maps"),
            open_debug_peers(daemon, tables),
            open_kept_destinations(daemon, tables, prefix + "connection_cache_destinations"),
            mail::ContentChecks::open(prefix, [&](const std::string& name) { return tables.open(name); })};
}

/// Where mail that this host is to deliver itself would arrive.
std::set<std::string> own_addresses(const Settings& settings) {
    const auto interfaces = config::interface_addresses();
    std::set<std::string> own;
    for (const auto* list : {&settings.inet_interfaces, &settings.proxy_interfaces})
        for (const auto& address :
             config::choose_addresses(interfaces, *list, settings.inet_protocols))
            own.insert(address.address);
    return own;
}

/// Nothing: requiretls_enable is "no".
std::optional<RequireTlsPolicy> open_require_tls(const service::Daemon& daemon, service::Tables& tables,
                                                 bool is_lmtp) {
    const config::Config& config = daemon.config();
    if (!config.boolean("requiretls_enable")) return std::nullopt;
    const std::string prefix = is_lmtp ? "lmtp_" : "smtp_";
    auto policy = RequireTlsPolicy::open(config.text(prefix + "requiretls_policy"), tables.registry());
    if (!policy) daemon.log().fatal("{}", policy.error().text);
    return std::move(*policy);
}

}  // namespace

}  // namespace postern::smtp

int main(int argc, char** argv) {
    using namespace postern;
    const bool is_lmtp = smtp::is_called_lmtp(argv[0]);
    service::Daemon daemon(is_lmtp ? "lmtp" : "smtp", argc, argv);
    delivery::Agent agent(daemon);

    const smtp::Settings settings(daemon.config(), is_lmtp);
    const auto flags = smtp::parse_flags(daemon.options().arguments);
    if (!flags) daemon.log().fatal("{}", flags.error().text);
    service::Tables open_tables(daemon);
    smtp::Tables tables = smtp::open_tables(daemon, open_tables, is_lmtp);
    dns::NameServerSettings resolving;
    resolving.completion = settings.completion;
    const bool has_dnssec = settings.servers.dns_support == nexthop::DnsSupport::dnssec;
    resolving.dnssec = has_dnssec;
    dns::NameServers name_servers(daemon.loop(), resolving);
    auto probing = dns::ProbingResolver::make(
        name_servers, has_dnssec ? daemon.config().text("dnssec_probe") : "", daemon.log());
    if (!probing) daemon.log().fatal("{}", probing.error().text);
    dns::FilteredResolver resolver(*probing, is_lmtp ? "lmtp_dns_reply_filter" : "smtp_dns_reply_filter",
                                   tables.dns_reply_filter, daemon.log());
    nexthop::MailExchangers exchangers(settings.servers, resolver, daemon.names(),
                                       smtp::own_addresses(settings), daemon.log());
    const auto require_tls = smtp::open_require_tls(daemon, open_tables, is_lmtp);
    const smtp::Tls tls(daemon, open_tables, is_lmtp);
    auto digests = tls::parse_dane_digests(daemon.config().list("tls_dane_digests"));
    if (!digests) daemon.log().warning("{}; DANE cannot be used", digests.error().text);
    const nexthop::Dane dane(resolver, settings.tls_dane_insecure_mx_policy,
                             settings.tls_force_insecure_host_tlsa_lookup,
                             digests ? *digests : std::vector<tls::DaneDigest>());
    // A library that waits must not hold up the disk.
    postern::event::Pool authentication(daemon.loop(), 8);
    std::optional<smtp::Logins> logins;
    if (settings.sasl_auth_enable)
        logins.emplace(daemon, open_tables, tables.sasl_passwords, authentication, is_lmtp);
    daemon.drop_privileges();

    open_tables.watch();
    smtp::CacheReports reports(daemon.loop(), settings, service::kept_as(daemon.config()),
                               daemon.on_bug(), daemon.log());
    smtp::KeptSessions kept(daemon.loop(), settings, daemon.on_bug(), &reports);
    daemon.on_retire([&kept] { kept.retire(); });
    daemon.keep_while([&kept] { return kept.is_busy(); });
    const auto tls_reports =
        smtp::TlsReports::make(is_lmtp ? daemon.config().for_lmtp() : daemon.config(), settings.servers.dns_support,
                               daemon.loop(), resolver, daemon.reporter(), daemon.on_bug());
    daemon.keep_while([&tls_reports] { return tls_reports && tls_reports->is_busy(); });
    smtp::Office office{daemon.loop(), settings, *flags, exchangers, kept, tables, daemon.log(),
                        logins ? &*logins : nullptr, &tls, require_tls ? &*require_tls : nullptr,
                        has_dnssec && digests ? &dane : nullptr, tls_reports.get()};
    return agent.serve([&office](delivery::Job& job) { return smtp::deliver(office, job); });
}
