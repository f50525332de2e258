// posttls-finger: shows what TLS an SMTP or LMTP server speaks, and whether it is the one that it should be
// (posttls-finger(1)).
#include "lib/dns/name_servers.h"
#include "lib/dns/probing_resolver.h"
#include "lib/nexthop/mail_exchangers.h"
#include "lib/service/command.h"
#include "tools/posttls_finger/policy.h"
#include "tools/posttls_finger/probe.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <set>

namespace postern::posttls_finger {

namespace {

/// The sessions of this process.
class Memory final : public tls::SessionStore {
public:
    Memory(bool is_told, Log log) : is_told_(is_told), log_(log) {}

    Task<Result<std::vector<tls::TicketKey>>> ticket_keys() override { co_return std::vector<tls::TicketKey>(); }
    Task<Result<std::optional<std::string>>> find(tls::SessionCache, std::string id) override {
        const auto found = sessions_.find(id);
        tell(found == sessions_.end() ? "looking for session {} in memory cache" : "reloaded session {} from memory cache", id);
        co_return found == sessions_.end() ? std::optional<std::string>() : found->second;
    }
    void save(tls::SessionCache, std::string id, std::string session) override {
        tell("save session {} to memory cache", id);
        sessions_[std::move(id)] = std::move(session);
    }
    void remove(tls::SessionCache, std::string id) override { sessions_.erase(id); }
    /// A command has no tlsmgr to ask.
    Task<Result<std::string>> random_bytes() override { co_return std::string(); }
    bool empty() const noexcept { return sessions_.empty(); }

private:
    void tell(const char* text, const std::string& id) const {
        // The rest of the id is the policy, which is of no interest here.
        if (is_told_) log_.info("{}", fmt::format(fmt::runtime(text), id.substr(0, id.find(' '))));
    }
    const bool is_told_;
    const Log log_;
    std::map<std::string, std::string> sessions_;
};

class AlwaysOpen final : public tls::TraceGate {
public:
    Task<bool> may_begin() override { co_return true; }
};

tls::SideSettings side_of(const Options& options, const config::Config& config) {
    tls::SideSettings side(config, "smtp_tls_");
    side.chain_files = options.chain_files;
    side.pairs.clear();
    if (!options.certificate_file.empty()) side.pairs.push_back({options.certificate_file, options.key_file});
    side.ca_file = options.ca_file;
    side.ca_path = options.ca_path;
    if (!options.digest.empty()) side.fingerprint_digest = options.digest;
    side.session_cache_database = "memory";
    return side;
}

/// Servers are found as smtp finds them, but where an option says otherwise; this host may be one.
nexthop::Settings lookup_of(const Options& options, const config::Config& config,
                            const nexthop::Destination& destination) {
    nexthop::Settings lookup(config, options.is_lmtp);
    lookup.set_host_lookup({options.host_lookup});
    lookup.address_preference = options.family;
    lookup.mx_address_limit = 0;
    lookup.use_srv_lookup.clear();
    if (options.uses_srv)
        lookup.use_srv_lookup = {destination.service.empty() ? options.is_lmtp ? "lmtp" : "smtp" : destination.service};
    return lookup;
}

/// All there is to do with one destination.
class Fingerprint {
public:
    Fingerprint(const Options& options, const config::Config& config, Reporter reporter)
        : options_(options), config_(config), reporter_(reporter), memory_(options.logging.cache, reporter.log()) {}

    /// The exit status.
    int run() {
        auto client = tls::Client::make(tls::CommonSettings(config_), side_of(options_, config_), &memory_,
                                        tls::SessionCache::smtp, &gate_);
        if (!client) return fail(client.error());
        auto digests = tls::parse_dane_digests(config_.list("tls_dane_digests"));
        if (!digests) return fail(digests.error());
        auto destination = nexthop::Destination::parse(options_.destination, options_.is_lmtp);
        if (!destination) return fail(destination.error());
        dns::NameServerSettings resolving;
        resolving.dnssec = true;
        dns::NameServers name_servers(loop_, resolving);
        auto resolver = dns::ProbingResolver::make(name_servers, config_.text("dnssec_probe"), reporter_.log());
        if (!resolver) return fail(resolver.error());
        const Policies policies(options_, *resolver, std::move(*digests), reporter_.log());
        loop_.run(probe(**client, policies, *resolver, std::move(*destination)));
        return 0;
    }

private:
    int fail(const Error& error) const {
        reporter_.log().error("{}", error.text);
        return 1;
    }

    Task<void> probe(tls::Client& client, const Policies& policies, dns::Resolver& resolver,
                     nexthop::Destination destination) {
        auto servers = co_await servers_of(resolver, destination);
        if (!servers) {
            reporter_.log().info("Destination address lookup failed: {}", servers.error().text);
            co_return;
        }
        const std::string nexthop = destination.host.empty() ? config_.text("myhostname") : destination.host;
        for (const nexthop::Endpoint& server : *servers) {
            const auto policy = co_await policies.of(server, nexthop);
            if (co_await probe(client, server, policy, destination)) co_return;
        }
    }

    /// Errors: what the DNS, or the system, says.
    Task<Result<std::vector<nexthop::Endpoint>>> servers_of(dns::Resolver& resolver, nexthop::Destination destination) {
        std::vector<nexthop::Endpoint> endpoints;
        if (destination.kind == nexthop::Destination::Kind::unix_socket) {
            auto address = event::SocketAddress::unix_path(destination.path);
            if (!address) co_return address.error();
            endpoints.push_back({"localhost", *address, destination.path});
            co_return endpoints;
        }
        const auto lookup = lookup_of(options_, config_, destination);
        event::Pool names(loop_, 1);
        nexthop::MailExchangers exchangers(lookup, resolver, names, {}, reporter_.log());
        auto found = co_await exchangers.find(std::move(destination));
        if (const auto* none = std::get_if<nexthop::NoServer>(&found)) co_return permanent(none->text);
        for (nexthop::MailServer& server : std::get<0>(found)) endpoints.push_back(std::move(server.endpoint));
        co_return endpoints;
    }

    /// One server, again and again where that is asked for. False: there was no connection.
    Task<bool> probe(tls::Client& client, nexthop::Endpoint server, tls::ClientPolicy policy,
                     nexthop::Destination destination) {
        const std::string digest = options_.digest.empty() ? config_.text("smtp_tls_fingerprint_digest") : options_.digest;
        Probe probe(loop_, options_, client, config_.text("smtp_helo_name"), digest, reporter_);
        std::set<std::string> seen;
        for (int left = options_.reconnects;; --left) {
            auto outcome = co_await probe.run(server, policy, destination.text);
            if (!outcome) {
                reporter_.log().info("Failed to establish session to {} via {}: {}", destination.text, server.host,
                                     outcome.error().text);
                co_return false;
            }
            const bool is_known = !seen.insert(outcome->server_name).second;
            if (is_known) reporter_.log().info("Found a previously used server.  Done reconnecting.");
            if (is_known || !outcome->has_tls || options_.reconnect_delay <= seconds(0) || memory_.empty()) co_return true;
            if (left == 0) {
                reporter_.log().info("Maximum reconnect count reached.");
                co_return true;
            }
            reporter_.log().info("Reconnecting after {} seconds", options_.reconnect_delay.count());
            co_await event::Sleep(loop_, loop_.in(options_.reconnect_delay));
        }
    }

    event::Loop loop_;
    const Options& options_;
    const config::Config& config_;
    const Reporter reporter_;
    Memory memory_;
    AlwaysOpen gate_;
};

}  // namespace

}  // namespace postern::posttls_finger

int main(int argc, char** argv) {
    using namespace postern;
    std::signal(SIGPIPE, SIG_IGN);
    service::Command command("posttls-finger", argc > 0 ? argv[0] : "posttls-finger");
    const auto options = posttls_finger::parse_options(argc, argv);
    if (!options) {
        std::fputs((options.error().text + "\n").c_str(), stderr);
        return 1;
    }
    // What is found out is what it prints.
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
    command.set_verbosity(options->verbosity);
    const config::Config config = command.load(std::nullopt, options->overrides);
    report::Wording wording;
    report::Counters counters;
    posttls_finger::Fingerprint fingerprint(*options, config, {command.log(), wording, counters});
    return fingerprint.run();
}
