// The dialogue of smtp-source (RFC 5321, RFC 2033).
#include "tools/smtp_source/session.h"

#include "lib/base/strings.h"
#include "lib/event/tcp_window.h"

#include <fmt/format.h>

#include <tuple>

namespace postern::smtp_source {

namespace {

constexpr std::size_t line_limit = 4096;
constexpr seconds patience{300};

}  // namespace

Deadline Session::deadline() const { return work_.loop().in(patience); }

Task<Result<void>> Session::run() {
    while (const auto message = work_.take_message()) {
        if (const seconds pause = work_.pause(); pause > seconds(0))
            co_await event::Sleep(work_.loop(), work_.loop().in(pause));
        if (!stream_) {
            auto connected = co_await connect();
            if (!connected) co_return connected.error();
        }
        auto sent = co_await send_message(*message);
        if (!sent) co_return sent.error();
        if (work_.options().keeps_connection) continue;
        co_await disconnect();
    }
    if (stream_) co_await disconnect();
    co_return success();
}

Task<Result<void>> Session::connect() {
    Result<Fd> socket = temporary("no address");
    for (std::uint64_t left = work_.options().connect_tries; left > 0 && !socket; --left)
        socket = co_await connect_once();
    if (!socket) co_return socket.error().in("connect " + work_.options().place);
    stream_ = std::make_unique<Stream>(work_.loop(), std::move(*socket));
    auto greeted = co_await expect("connection", 2);
    if (!greeted || work_.options().is_old) co_return greeted;
    co_return co_await command(
        fmt::format("{} {}", work_.options().is_lmtp ? "LHLO" : "HELO", work_.options().host));
}

Task<Result<Fd>> Session::connect_once() {
    Result<Fd> socket = temporary("no address");
    for (const event::SocketAddress& address : work_.addresses()) {
        socket = co_await event::connect_with_window(work_.loop(), address, deadline(), std::nullopt,
                                                     work_.options().window);
        if (socket) break;
    }
    co_return socket;
}

Task<Result<void>> Session::send_message(std::uint64_t message) {
    auto from = co_await command(fmt::format("MAIL FROM:<{}>", work_.options().sender));
    if (!from) co_return from;
    auto to = co_await send_recipients();
    if (!to) co_return to;
    auto data = co_await command("DATA", 3);
    if (!data) co_return data;
    if (last_code_ / 100 == 3) co_return co_await send_content(message);
    // Refused, and we go on: the next MAIL needs a fresh start.
    co_return co_await command("RSET");
}

Task<Result<void>> Session::send_recipients() {
    accepted_recipients_ = 0;
    for (const std::string& recipient : work_.recipients()) {
        auto taken = co_await command(fmt::format("RCPT TO:<{}>", recipient));
        if (!taken) co_return taken;
        if (last_code_ / 100 == 2) ++accepted_recipients_;
    }
    co_return success();
}

Task<Result<void>> Session::send_content(std::uint64_t message) {
    stream_->write(work_.content_of(message));
    stream_->write(".\r\n");
    const std::uint64_t replies = work_.options().is_lmtp ? accepted_recipients_ : 1;
    for (std::uint64_t i = 0; i < replies; ++i) {
        auto taken = co_await expect("end of DATA", 2);
        if (!taken) co_return taken;
    }
    work_.sent_message();
    co_return success();
}

Task<void> Session::disconnect() {
    std::ignore = co_await command("QUIT");   // all was taken: a server may be gone by now
    stream_.reset();
}

Task<Result<void>> Session::command(std::string line, int wanted) {
    work_.log().verbose(1, ">>> {}", printable(line));
    stream_->write(line + "\r\n");
    co_return co_await expect(std::move(line), wanted);
}

Task<Result<void>> Session::expect(std::string sent, int wanted) {
    for (bool is_whole = false; !is_whole;) {
        auto line = co_await stream_->read_line(line_limit, deadline());
        if (!line) co_return line.error().in("after " + sent);
        work_.log().verbose(1, "<<< {}", printable(*line));
        auto whole = replies_.add(*line);
        if (!whole) co_return whole.error().in("after " + sent);
        is_whole = *whole;
    }
    const mail::Reply reply = replies_.take();
    last_code_ = reply.code;
    if (reply.code / 100 == wanted || work_.options().goes_on_after_refusal) co_return success();
    co_return permanent(fmt::format("after {}: {}", sent, printable(reply.one_line())));
}

}  // namespace postern::smtp_source
