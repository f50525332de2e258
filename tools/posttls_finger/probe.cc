// One conversation; see the header.
#include "tools/posttls_finger/probe.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <cstdio>

namespace postern::posttls_finger {

namespace {

constexpr std::size_t line_limit = 8192, lines_limit = 500;

}  // namespace

void Probe::show(std::string_view way, std::string_view line) const {
    if (!options_.is_quiet) reporter_.log().info("{} {}", way, printable(line));
}

void Probe::say(event::Stream& stream, std::string_view command) {
    show(">", command);
    stream.write(command);
    stream.write("\r\n");
}

/// The lines of a reply; nothing: there is none any more.
Task<std::optional<std::vector<std::string>>> Probe::reply(event::Stream& stream, seconds patience) {
    const Deadline until = loop_.in(patience);
    std::vector<std::string> lines;
    while (lines.size() < lines_limit) {
        auto line = co_await stream.read_line(line_limit, until);
        if (!line) co_return std::nullopt;
        show("<", *line);
        lines.push_back(std::move(*line));
        const std::string& last = lines.back();
        if (last.size() < 4 || last[3] != '-') co_return lines;
    }
    co_return std::nullopt;
}

Task<bool> Probe::hello(event::Stream& stream, Outcome& outcome) {
    const std::string_view verb = options_.is_lmtp ? "LHLO" : "EHLO";
    say(stream, fmt::format("{} {}", verb, helo_));
    auto lines = co_await reply(stream, options_.command_timeout);
    if (!lines) {
        reporter_.log().info("lost connection while sending {}", verb);
        co_return false;
    }
    if (!lines->front().starts_with('2')) co_return false;
    const auto words = split(std::string_view(lines->front()).substr(4), " ");
    if (!words.empty()) outcome.server_name = words[0];
    offers_starttls_ = false;
    for (std::size_t i = 1; i < lines->size(); ++i)
        offers_starttls_ = offers_starttls_ || same(trim(std::string_view((*lines)[i]).substr(4)), "STARTTLS");
    co_return true;
}

Task<bool> Probe::start_tls(event::Stream& stream) {
    say(stream, "STARTTLS");
    auto lines = co_await reply(stream, options_.command_timeout);
    if (!lines) reporter_.log().info("lost connection while sending STARTTLS");
    else if (!lines->back().starts_with('2')) reporter_.log().info("STARTTLS rejected: {}", printable(lines->back()));
    co_return lines && lines->back().starts_with('2');
}

Task<bool> Probe::encrypt(event::Stream& stream, const nexthop::Endpoint& server, tls::ClientPolicy policy,
                          std::string session_name, Outcome& outcome) {
    const tls::LogLevel level{options_.logging.level, options_.logging.traces};
    stream.consume(stream.buffered().size());
    // The summary comes last here, after what the certificate is.
    const auto quiet = tls::LogLevel{level.number >= 2 ? level.number : 0, level.traces};
    const std::vector<std::string> names = policy.names;
    auto made = co_await client_.connect(stream, server.where_and_port(), std::move(session_name), std::move(policy), reporter_,
                                         quiet, loop_.in(options_.command_timeout));
    if (!made) co_return false;
    outcome.has_tls = true;
    outcome.is_resumed = made->is_reused;
    const tls::PeerCertificate& peer = made->peer;
    const Log& log = reporter_.log();
    if (options_.logging.match && peer.is_matched)
        for (const std::string& name : names) log.info("{}: matched peername: {}", server.where_and_port(), name);
    if (made->has_peer && (options_.logging.match || options_.logging.certificate) && level.number < 2)
        log.info("{}: {}", server.where_and_port(), peer.summary());
    if (outcome.is_resumed) log.info("{}: Reusing old session", server.where_and_port());
    if (options_.logging.summary && level.number < 2)
        log.info("{} TLS connection established to {}: {}{}", made->trust(), server.where_and_port(), made->summary(),
                 made->server_details() + made->client_details());
    co_return true;
}

void Probe::print_chain(const event::Stream& stream) const {
    const auto chain = tls::chain_of(stream, digest_);
    if (chain.empty()) return;
    std::string text = "\n---\nCertificate chain\n";
    for (std::size_t i = 0; i < chain.size(); ++i)
        text += fmt::format("{:2} subject: {}\n    issuer: {}\n   cert digest={}\n   pkey digest={}\n{}", i,
                            chain[i].subject, chain[i].issuer, chain[i].fingerprint, chain[i].key_fingerprint,
                            chain[i].pem);
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

Task<void> Probe::quit(event::Stream& stream) {
    say(stream, "QUIT");
    if (!co_await reply(stream, options_.command_timeout))
        reporter_.log().warning("lost connection while sending QUIT command");
}

Task<Result<Probe::Outcome>> Probe::run(nexthop::Endpoint server, tls::ClientPolicy policy, std::string session_name) {
    auto socket = co_await event::connect_to(loop_, server.address, loop_.in(options_.connect_timeout));
    if (!socket)
        co_return temporary(fmt::format("connect to {}: {}", server.where_and_port(),
                                        socket.error().code == Errc::timeout ? "Connection timed out"
                                                                             : socket.error().text));
    show("Connected to", server.where_and_port());
    event::Stream stream(loop_, std::move(*socket));
    Outcome outcome;
    const bool wants_tls = policy.level != tls::Level::none;
    if (options_.wraps && !co_await encrypt(stream, server, policy, session_name, outcome)) co_return outcome;
    auto greeting = co_await reply(stream, options_.connect_timeout);
    if (!greeting || !greeting->back().starts_with("220")) {
        reporter_.log().info("SMTP service not available: {}", greeting ? printable(greeting->back()) : "lost connection");
        co_return outcome;
    }
    if (co_await hello(stream, outcome) && wants_tls && !options_.wraps && offers_starttls_) {
        if (!co_await start_tls(stream)) co_return outcome;
        if (!co_await encrypt(stream, server, std::move(policy), std::move(session_name), outcome)) co_return outcome;
        std::ignore = co_await hello(stream, outcome);   // what it says under TLS is shown, no more
    }
    co_await quit(stream);
    if (options_.prints_chain && outcome.has_tls) print_chain(stream);
    co_await client_.part(stream, loop_.in(options_.command_timeout));
    co_return outcome;
}

}  // namespace postern::posttls_finger
