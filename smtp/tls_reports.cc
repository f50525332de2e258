// Whether a domain wishes for reports, and telling the collector; see the header.
#include "smtp/tls_reports.h"

#include "lib/report/tls_events.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtp {

namespace {

constexpr std::size_t most_domains = 10000, most_waiting = 1000;
constexpr seconds lookup_limit{60}, shortest_memory{60}, longest_memory{86400};
constexpr std::string_view record_beginning = "v=TLSRPTv1;";

/// The one record that counts; two are none (RFC 8460 section 3).
std::optional<std::string> record_in(const dns::Response& answer) {
    std::optional<std::string> found;
    for (const dns::Record& record : answer.records) {
        const auto* text = std::get_if<dns::Text>(&record.data);
        if (!text || !text->text.starts_with(record_beginning)) continue;
        if (found) return std::nullopt;
        found = text->text;
    }
    return found;
}

}  // namespace

std::unique_ptr<TlsReports> TlsReports::make(const config::Config& config, nexthop::DnsSupport dns_support,
                                             event::Loop& loop, dns::Resolver& resolver, Reporter reporter,
                                             event::TaskGroup::OnBug on_bug) {
    if (!config.boolean("smtp_tlsrpt_enable")) return nullptr;
    if (dns_support == nexthop::DnsSupport::disabled) {
        reporter.log().warning("TLSRPT is disabled: DNS lookups are, by smtp_dns_support_level");
        return nullptr;
    }
    const std::string path = config.text("smtp_tlsrpt_socket_name");
    auto collector = event::SocketAddress::unix_path(path);
    if (path.empty() || !collector) {
        reporter.log().warning("TLSRPT is disabled: {}", path.empty() ? "no socket of a collector is configured"
                                                                      : collector.error().text);
        return nullptr;
    }
    const auto old_default = config.backwards_compatible("smtp_tlsrpt_skip_reused_handshakes");
    if (old_default) reporter.log().info("{}", *old_default);
    const bool skips = config.boolean("smtp_tlsrpt_skip_reused_handshakes") || old_default;
    return std::unique_ptr<TlsReports>(
        new TlsReports(loop, resolver, reporter, std::move(*collector), skips, std::move(on_bug)));
}

TlsReports::TlsReports(event::Loop& loop, dns::Resolver& resolver, Reporter reporter,
                       event::SocketAddress collector, bool skips_resumed, event::TaskGroup::OnBug on_bug)
    : loop_(loop),
      resolver_(resolver),
      reporter_(reporter),
      collector_(std::move(collector)),
      skips_resumed_(skips_resumed),
      socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      tasks_(loop, std::move(on_bug)) {}

void TlsReports::tell(TlsEvent event) {
    if (event.is_resumed && skips_resumed_) return;
    make_room();
    auto [entry, is_new] = domains_.try_emplace(event.domain);
    Domain& domain = entry->second;
    const bool is_looked_up = !is_new && !domain.expires;
    if (!is_new && domain.expires && *domain.expires > loop_.now()) {
        if (domain.record) send(event, *domain.record);
        return;
    }
    domain.expires.reset();
    std::string name = event.domain;
    if (domain.waiting.size() < most_waiting) domain.waiting.push_back(std::move(event));
    if (!is_looked_up) tasks_.spawn(look_up(std::move(name)));
}

Task<void> TlsReports::look_up(std::string name) {
    auto answer = co_await resolver_.look_up("_smtp._tls." + name, dns::Type::txt, loop_.in(lookup_limit));
    Domain& domain = domains_.at(name);   // it stays while it has no end
    domain.record = answer ? record_in(*answer) : std::nullopt;
    const seconds ttl = answer ? answer->ttl : seconds(0);
    domain.expires = loop_.now() + std::clamp(ttl, shortest_memory, longest_memory);
    for (const TlsEvent& event : std::exchange(domain.waiting, {}))
        if (domain.record) send(event, *domain.record);
}

void TlsReports::make_room() {
    if (domains_.size() < most_domains) return;
    const Monotonic now = loop_.now();
    std::erase_if(domains_, [now](const auto& one) { return one.second.expires && *one.second.expires <= now; });
    if (domains_.size() < most_domains) return;
    std::erase_if(domains_, [](const auto& one) { return one.second.expires.has_value(); });
}

void TlsReports::send(const TlsEvent& event, const std::string& record) {
    const std::string failure(event.failure ? name_of(*event.failure) : "");
    const std::string server = event.server_address.empty() ? event.host
                                                            : fmt::format("{}[{}]", event.host, event.server_address);
    reporter_.report(report::TlsReported{event.domain, server, failure, event.reason});
    const std::string datagram = event.datagram(record);
    const bool is_sent = ::sendto(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL, collector_.get(),
                                  collector_.size()) >= 0;
    if (!is_sent && !is_collector_missed_)
        reporter_.log().warning("TLSRPT: the collector cannot be told: {}", system_error("sendto").text);
    is_collector_missed_ = !is_sent;
}

}  // namespace postern::smtp
