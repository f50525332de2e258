// A session with the filter; see the header.
#include "smtpd/proxy_dialogue.h"

#include "lib/base/strings.h"
#include "lib/mail/dsn.h"

#include <fmt/format.h>

#include <array>

namespace postern::smtpd {

namespace {

constexpr std::size_t longest_line = 4096, longest_reply = 65536;

constexpr std::size_t longest_command = 512;  // RFC 5321 section 4.5.3.1.4

}  // namespace

Reply unavailable() {
    return reply(451, "4.3.0", "Error: queue file write error");
}

ProxyDialogue::~ProxyDialogue() {
    if (connection_ && !is_in_content_) filter_.leave(std::move(connection_));
}

Reply ProxyDialogue::broken(const Error& error) {
    const std::string_view how =
        error.code == Errc::timeout ? "timeout talking to" : "lost connection with";
    session_.reporter.log().warning("{} proxy {}", how, filter_.place());
    connection_.reset();
    return unavailable();
}

void ProxyDialogue::refused(std::string_view command, const Reply& said) const {
    session_.reporter.log().warning("proxy {} rejected \"{}\": \"{}\"", filter_.place(), command,
                                    said.one_line());
}

Task<std::optional<Reply>> ProxyDialogue::open() {
    auto connection = co_await filter_.connect();
    if (!connection) {
        session_.reporter.log().warning("{}", connection.error().text);
        co_return unavailable();
    }
    connection_ = std::move(*connection);
    if (auto no = co_await greet()) co_return no;
    co_return co_await forward();
}

/// What is no reply is passed over.
Task<Result<Reply>> ProxyDialogue::read_reply() {
    mail::ReplyReader reader;
    const Deadline deadline = filter_.deadline();
    for (std::size_t size = 0; size < longest_reply;) {
        auto line = co_await connection_->stream.read_line(longest_line, deadline);
        if (!line) co_return line.error();
        size += line->size() + 2;
        auto is_last = reader.add(*line);
        if (!is_last)
            session_.reporter.log().warning("received garbage from proxy {}: {}", filter_.place(),
                                            printable(*line, 100));
        else if (*is_last)
            co_return reader.take();
    }
    co_return Error{Errc::too_long, "the reply is too long"};
}

Task<Reply> ProxyDialogue::ask(std::string_view command) {
    if (!connection_) co_return unavailable();
    connection_->stream.write(fmt::format("{}\r\n", command));
    auto said = co_await read_reply();
    if (!said) co_return broken(said.error());
    co_return std::move(*said);
}

Task<std::optional<Reply>> ProxyDialogue::tell(std::string_view command) {
    Reply said = co_await ask(command);
    if (said.is_success()) co_return std::nullopt;
    if (connection_) refused(command, said);
    co_return said;
}

Task<std::optional<Reply>> ProxyDialogue::begin_content(std::string_view command) {
    Reply said = co_await ask(command);
    is_in_content_ = said.code == 354;
    if (is_in_content_) co_return std::nullopt;
    if (connection_) refused(command, said);
    co_return said.is_success() ? unavailable() : said;
}

Task<Reply> ProxyDialogue::end_content() {
    Reply said = co_await ask(".");
    is_in_content_ = false;
    co_return said;
}

/// The greeting, and EHLO.
Task<std::optional<Reply>> ProxyDialogue::greet() {
    auto greeting = co_await read_reply();
    if (!greeting) co_return broken(greeting.error());
    if (!greeting->is_success()) {
        refused("connection request", *greeting);
        connection_.reset();
        co_return unavailable();
    }
    const std::string command = fmt::format("EHLO {}", filter_.ehlo());
    const Reply said = co_await ask(command);
    if (connection_ && !said.is_success()) refused(command, said);
    if (!said.is_success()) co_return unavailable();
    for (const std::string_view line : split(said.text, "\n")) {
        const auto words = split(line, " \t");
        if (words.empty() || !same(words[0], "XFORWARD")) continue;
        for (std::size_t i = 1; i < words.size(); ++i)
            xforward_.insert(upper(words[i]));
    }
    co_return std::nullopt;
}

namespace {

struct Forwarded {
    std::string_view keyword;
    std::string (*value)(const Session&);  ///< "": not known
};

std::string name(const Session& session) {
    return session.forwarded ? session.forwarded->name : session.client.name;
}
std::string address(const Session& session) {
    return session.forwarded ? session.forwarded->address : session.client.mail_address();
}
std::string port(const Session& session) {
    return session.forwarded ? session.forwarded->port : std::to_string(session.client.port);
}
std::string protocol(const Session& session) {
    return session.forwarded ? session.forwarded->protocol : std::string(session.protocol());
}
std::string helo(const Session& session) {
    return session.forwarded ? session.forwarded->helo : session.helo;
}
std::string ident(const Session& session) {
    return session.forwarded ? session.forwarded->ident : "";
}
std::string source(const Session& session) {
    return session.mail->is_local_context ? "LOCAL" : "REMOTE";
}

constexpr std::array forwarded_attributes{
    Forwarded{"NAME", name},     Forwarded{"ADDR", address}, Forwarded{"PORT", port},
    Forwarded{"HELO", helo},     Forwarded{"IDENT", ident},  Forwarded{"PROTO", protocol},
    Forwarded{"SOURCE", source},
};

}  // namespace

/// Who the client is, for the filter's log and that of whoever gets the mail next: one command, or
/// more where a line has no room for all.
Task<std::optional<Reply>> ProxyDialogue::forward() {
    std::vector<std::string> commands;
    for (const Forwarded& one : forwarded_attributes) {
        if (!xforward_.contains(one.keyword)) continue;
        const std::string value = one.value(session_);
        const bool is_known = !value.empty() && value != "unknown";
        const std::string text =
            fmt::format(" {}={}", one.keyword, is_known ? mail::xtext(value) : "[UNAVAILABLE]");
        const bool has_room =
            !commands.empty() && commands.back().size() + text.size() + 2 <= longest_command;
        if (!has_room) commands.emplace_back("XFORWARD");
        commands.back() += text;
    }
    for (const std::string& command : commands)
        if (co_await tell(command)) co_return unavailable();
    co_return std::nullopt;
}

Task<bool> ProxyDialogue::send(std::string_view lines) {
    if (!connection_ || !is_in_content_) co_return false;
    connection_->stream.write(lines);
    auto sent = co_await connection_->stream.flush(filter_.deadline());
    if (!sent) broken(sent.error());
    co_return sent.has_value();
}

}  // namespace postern::smtpd
