// The dialogue of smtp-sink.
#include "tools/smtp_sink/session.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace postern::smtp_sink {

namespace {

constexpr std::size_t line_limit = 2048, content_line_limit = 65536;

std::string address_text(const event::SocketAddress& address) {
    if (!address.is_ip()) return "127.0.0.1";   // a client on this machine
    return (address.family() == AF_INET6 && address.host().find(':') != std::string::npos ? "ipv6:" : "") +
           address.host();
}

/// What follows "FROM:" and "TO:".
std::string_view after_colon(std::string_view arguments) {
    const auto parts = cut(arguments, ':');
    return parts ? trim(parts->second) : trim(arguments);
}

}  // namespace

const Session::Command Session::commands_[] = {
    {"HELO", &Session::helo},   {"EHLO", &Session::ehlo}, {"LHLO", &Session::lhlo},
    {"MAIL", &Session::mail},   {"RCPT", &Session::rcpt}, {"RSET", &Session::rset},
    {"NOOP", &Session::ok},     {"VRFY", &Session::ok},   {"AUTH", &Session::ok},
    {"XCLIENT", &Session::ok},  {"XFORWARD", &Session::ok},
};

const Session::Command* Session::find(std::string_view name) {
    const auto found = std::ranges::find(commands_, name, &Command::name);
    return found == std::end(commands_) ? nullptr : found;
}

Session::Session(Server& server, Fd client, const event::SocketAddress& address)
    : server_(server), options_(server.options()), stream_(server.loop(), std::move(client)) {
    transaction_.client_address = address_text(address);
    transaction_.protocol = options_.is_lmtp ? "LMTP" : "SMTP";
    transaction_.host = options_.host;
}

Task<void> Session::run() {
    const std::string banner =
        options_.is_pix ? "220 " + std::string(40, '*')
                        : fmt::format("220 {}{}", options_.host, options_.is_esmtp ? " ESMTP" : "");
    const auto special = co_await special_answer("CONNECT");
    if (special && (special->empty() || special->starts_with("421"))) {
        if (!special->empty()) co_await end_with(*special);
        co_return;
    }
    say(special ? *special : banner);
    for (;;) {
        auto line = co_await read_command();
        if (!line || !co_await obey(std::move(*line))) co_return;
    }
}

Task<Result<std::string>> Session::read_command() {
    auto line = co_await stream_.read_line(line_limit, deadline());
    if (!line && line.error().code == Errc::timeout)
        co_await end_with("421 4.4.2 Error: timeout exceeded");
    co_return line;
}

Task<bool> Session::obey(std::string line) {
    const std::string_view text = trim(line);
    const auto parts = cut(text, ' ');
    const std::string name = upper(parts ? parts->first : text);
    const std::string_view arguments = parts ? trim_left(parts->second) : std::string_view();
    server_.log().verbose(1, "{}", printable(text));
    if (options_.behaviours.of(name).is_logged) server_.log().info("{}", printable(text));

    if (!is_known(name)) {
        say("500 5.5.1 Error: unknown command");
        co_return true;
    }
    if (const auto special = co_await special_answer(name)) {
        if (special->empty()) co_return false;
        if (special->starts_with("421")) co_return co_await end_with(*special);
        say(*special);
        co_return true;
    }
    if (name == "DATA") co_return co_await data();
    if (name == "QUIT") {
        server_.took_quit();
        co_return co_await end_with("221 Bye");
    }
    say((this->*find(name)->reply)(arguments));
    co_return true;
}

bool Session::is_known(std::string_view name) const {
    if (name == "HELO") return !options_.is_lmtp;
    if (name == "EHLO") return options_.is_esmtp && !options_.is_lmtp;
    if (name == "LHLO") return options_.is_lmtp;
    return name == "DATA" || name == "QUIT" || find(name);
}

Task<std::optional<std::string>> Session::special_answer(std::string_view name) {
    const Behaviour& behaviour = options_.behaviours.of(name);
    const seconds wait =
        wait_of(behaviour, [this] { return static_cast<int>(server_.by_chance(99)); });
    if (wait > seconds(0)) co_await event::Sleep(stream_.loop(), stream_.loop().in(wait));
    switch (behaviour.answer) {
    case Behaviour::Answer::soft_reject: co_return options_.soft_reply;
    case Behaviour::Answer::hard_reject: co_return options_.hard_reply;
    case Behaviour::Answer::hang_up: co_return std::string();
    case Behaviour::Answer::close: co_return "421 4.0.0 Server closing connection";
    case Behaviour::Answer::normal: break;
    }
    co_return std::nullopt;
}

void Session::say(std::string_view reply) {
    stream_.write(reply);
    stream_.write("\r\n");
}

Task<bool> Session::end_with(std::string reply) {
    stream_.write(reply + "\r\n");
    std::ignore = co_await stream_.flush(deadline());   // it ends in any case
    co_return false;
}

std::string Session::extensions() const {
    const Extensions& offered = options_.extensions;
    const std::pair<bool, std::string_view> lines[] = {
        {offered.pipelining, "PIPELINING"},
        {offered.eight_bit_mime, "8BITMIME"},
        {offered.auth, "AUTH PLAIN LOGIN"},
        {offered.xclient, "XCLIENT NAME HELO"},
        {offered.xforward, "XFORWARD NAME ADDR PROTO HELO"},
        {offered.enhanced_status_codes, "ENHANCEDSTATUSCODES"},
        {offered.dsn, "DSN"}};
    std::string text = fmt::format("250-{}\r\n", options_.host);
    for (const auto& [is_offered, line] : lines)
        if (is_offered) text += fmt::format("250-{}\r\n", line);
    return text + "250 ";
}

std::string Session::helo(std::string_view arguments) {
    begin_transaction();
    transaction_.protocol = "SMTP";
    transaction_.helo = arguments;
    transaction_.has_helo = true;
    return "250 " + options_.host;
}

std::string Session::ehlo(std::string_view arguments) {
    helo(arguments);
    transaction_.protocol = "ESMTP";
    return extensions();
}

std::string Session::lhlo(std::string_view arguments) {
    helo(arguments);
    transaction_.protocol = "LMTP";
    return extensions();
}

std::string Session::mail(std::string_view arguments) {
    if (has_mail_) return "503 5.5.1 Error: nested MAIL command";
    has_mail_ = true;
    transaction_.mail = after_colon(arguments);
    transaction_.id = server_.by_chance(0xffffffff);
    return "250 2.1.0 Ok";
}

std::string Session::rcpt(std::string_view arguments) {
    if (!has_mail_) return "503 5.5.1 Error: need MAIL command";
    transaction_.recipients.emplace_back(after_colon(arguments));
    return "250 2.1.5 Ok";
}

std::string Session::rset(std::string_view) {
    begin_transaction();
    return "250 2.1.0 Ok";
}

std::string Session::ok(std::string_view) { return "250 2.0.0 Ok"; }

void Session::begin_transaction() {
    has_mail_ = false;
    transaction_.mail.clear();
    transaction_.recipients.clear();
}

Task<bool> Session::data() {
    if (transaction_.recipients.empty()) {
        say("503 5.5.1 Error: need RCPT command");
        co_return true;
    }
    say("354 End data with <CR><LF>.<CR><LF>");
    if (options_.abort_after) co_return co_await abort_data(*options_.abort_after);
    if (options_.data_read_delay > seconds(0)) {
        if (!co_await stream_.flush(deadline())) co_return false;
        co_await event::Sleep(stream_.loop(), stream_.loop().in(options_.data_read_delay));
    }
    auto content = co_await read_content();
    if (!content) co_return false;
    co_return co_await end_of_message(std::move(*content));
}

Task<bool> Session::abort_data(seconds delay) {
    if (!co_await stream_.flush(deadline())) co_return false;
    co_await event::Sleep(stream_.loop(), stream_.loop().in(delay));
    co_return co_await end_with("550 5.0.0 This server would prefer not to");
}

Task<std::optional<std::string>> Session::read_content() {
    std::string content;
    for (;;) {
        auto line = co_await stream_.read_line(content_line_limit, deadline());
        if (!line) co_return std::nullopt;
        if (*line == ".") co_return content;
        if (!options_.dump.is_wanted()) continue;
        content += line->starts_with('.') ? std::string_view(*line).substr(1) : std::string_view(*line);
        content += '\n';
    }
}

Task<bool> Session::end_of_message(std::string content) {
    if (options_.behaviours.of(".").is_logged) server_.log().info(".");
    const auto special = co_await special_answer(".");
    if (special && special->empty()) co_return false;
    if (special && special->starts_with("421")) co_return co_await end_with(*special);
    if (special) {
        begin_transaction();
        say(*special);
        co_return true;
    }
    bool is_taken = true;
    if (options_.dump.is_wanted()) {
        auto written = co_await server_.files().offload(
            [place = options_.dump, transaction = transaction_, content = std::move(content),
             now = stream_.loop().clock().wall()] { return dump(place, transaction, content, now); });
        is_taken = written.has_value();
        if (!is_taken) server_.log().warning("{}", written.error().text);
    }
    co_return co_await confirm(is_taken);
}

Task<bool> Session::confirm(bool is_taken) {
    const std::string reply = is_taken ? "250 2.0.0 Ok" : "450 4.3.0 Error: cannot write the message";
    // LMTP answers for each recipient (RFC 2033 section 4.2).
    const std::size_t replies = options_.is_lmtp ? transaction_.recipients.size() : 1;
    for (std::size_t i = 0; i < replies; ++i) say(reply);
    begin_transaction();
    // The last message of -M must be confirmed before the program ends.
    if (!co_await stream_.flush(deadline())) co_return false;
    server_.took_message();
    co_return true;
}

}  // namespace postern::smtp_sink
