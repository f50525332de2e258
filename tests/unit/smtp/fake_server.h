// An SMTP or LMTP server of a few lines, in the test's own loop: what it says is a table, what it
// hears is kept.
#pragma once

#include "lib/base/strings.h"
#include "lib/event/group.h"
#include "lib/event/socket.h"
#include "lib/event/stream.h"

#include <map>
#include <string>
#include <vector>

namespace postern::smtp::test {

class FakeServer {
public:
    /// By verb ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", ".", "RSET", "QUIT") or by the whole
    /// line, which counts first. "CLOSE" hangs up, "" says nothing. Several replies: one after
    /// another, separated by "|".
    std::map<std::string, std::string> replies = {
        {"CONNECT", "220 fake.example ESMTP"},
        {"EHLO", "250-fake.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 10240000\r\n"
                 "250-ENHANCEDSTATUSCODES\r\n250-DSN\r\n250 SMTPUTF8"},
        {"HELO", "250 fake.example"}, {"MAIL", "250 2.1.0 Ok"},   {"RCPT", "250 2.1.5 Ok"},
        {"DATA", "354 go ahead"},     {".", "250 2.0.0 Ok: queued"}, {"RSET", "250 2.0.0 Ok"},
        {"QUIT", "221 2.0.0 Bye"},    {"XFORWARD", "250 2.0.0 Ok"},
    };
    std::vector<std::string> commands;
    std::vector<std::string> mails;   ///< as they came, with the dot that ends them
    std::size_t sessions = 0;
    bool is_lmtp = false;

    explicit FakeServer(event::Loop& loop, const char* host = "127.0.0.1", std::uint16_t port = 0)
        : loop_(loop), sessions_(loop) {
        auto socket = event::listen_on(*event::SocketAddress::numeric(host, port), 10);
        start(std::move(*socket));
    }
    FakeServer(event::Loop& loop, const std::string& path) : loop_(loop), sessions_(loop) {
        start(std::move(*event::listen_on(*event::SocketAddress::unix_path(path), 10)));
    }

    std::uint16_t port() const noexcept { return port_; }
    std::size_t count(std::string_view start) const {
        std::size_t found = 0;
        for (const std::string& command : commands) found += command.starts_with(start);
        return found;
    }
    /// All connections end, as when a server is restarted.
    void hang_up() { sessions_.cancel(); }
    void stop_listening() { listener_.reset(); }

private:
    void start(Fd socket) {
        port_ = event::SocketAddress::of_local(socket.get()).port();
        listener_ = std::make_unique<event::Listener>(
            loop_, std::move(socket), [this](Fd client, event::SocketAddress) {
                ++sessions;
                sessions_.spawn(session(*this, std::move(client)));
            });
    }

    /// False: hang up.
    static bool answer(FakeServer& server, event::Stream& client, const std::string& line,
                       const std::string& verb) {
        const auto whole = server.replies.find(line);
        const auto found = whole != server.replies.end() ? whole : server.replies.find(verb);
        std::string reply = found == server.replies.end() ? "500 what?" : found->second;
        if (const auto parts = cut(reply, '|')) {
            const std::string now(parts->first);
            found->second = std::string(parts->second);
            reply = now;
        }
        if (reply == "CLOSE") return false;
        if (!reply.empty()) client.write(reply + "\r\n");
        return !reply.starts_with("421");
    }

    static Task<bool> take_mail(FakeServer& server, event::Stream& client) {
        std::string mail;
        while (mail != ".\r\n" && !mail.ends_with("\r\n.\r\n")) {
            auto piece = co_await client.peek(1, Deadline::never());
            if (!piece) co_return false;
            // What follows the dot belongs to the next command.
            const std::string all = mail + std::string(*piece);
            const auto end = all.starts_with(".\r\n") ? 0 : all.find("\r\n.\r\n");
            const std::size_t size = end == all.npos ? all.size()
                                     : end == 0      ? 3
                                                     : end + 5;
            client.consume(size - mail.size());
            mail = all.substr(0, size);
        }
        server.mails.push_back(mail);
        co_return true;
    }

    static Task<void> session(FakeServer& server, Fd socket) {
        event::Stream client(server.loop_, std::move(socket));
        if (!answer(server, client, "CONNECT", "CONNECT")) {
            std::ignore = co_await client.flush(Deadline::never());
            co_return;
        }
        std::size_t recipients = 0;
        for (;;) {
            auto line = co_await client.read_line(100000, Deadline::never());
            if (!line) co_return;
            server.commands.push_back(*line);
            const std::string verb = upper(split(*line, " :").empty() ? "" : split(*line, " :")[0]);
            const std::size_t before = client.unsent();
            if (!answer(server, client, *line, verb)) {
                std::ignore = co_await client.flush(Deadline::never());
                co_return;
            }
            const bool was_taken = client.unsent() > before;
            if (verb == "MAIL") recipients = 0;
            if (verb == "RCPT" && was_taken) ++recipients;
            if (verb == "QUIT") {
                std::ignore = co_await client.flush(Deadline::never());
                co_return;
            }
            if (verb != "DATA" || !server.replies["DATA"].starts_with("354")) continue;
            if (!co_await take_mail(server, client)) co_return;
            for (std::size_t i = 0; i < (server.is_lmtp ? recipients : 1); ++i)
                if (!answer(server, client, ".", ".")) {
                    std::ignore = co_await client.flush(Deadline::never());
                    co_return;
                }
        }
    }

    event::Loop& loop_;
    event::TaskGroup sessions_;
    std::unique_ptr<event::Listener> listener_;
    std::uint16_t port_ = 0;
};

}  // namespace postern::smtp::test
