// Counting sessions.
#include "tools/smtp_sink/server.h"

#include "tools/smtp_sink/session.h"

#include <fmt/format.h>

#include <cstdio>

namespace postern::smtp_sink {

Server::Server(event::Loop& loop, const Options& options, std::vector<Fd> sockets, Log log)
    : loop_(loop), options_(options), log_(log), files_(loop, 4), sessions_(loop) {
    for (Fd& socket : sockets)
        listeners_.push_back(std::make_unique<event::Listener>(
            loop, std::move(socket), [this](Fd client, event::SocketAddress address) {
                accepted(std::move(client), address);
            }));
}

std::uint32_t Server::by_chance(std::uint32_t most) {
    return std::uniform_int_distribution<std::uint32_t>(0, most)(chance_);
}

void Server::accepted(Fd client, const event::SocketAddress& address) {
    if (++open_sessions_ >= options_.most_sessions)
        for (const auto& listener : listeners_) listener->pause();
    sessions_.spawn(session(std::move(client), address));
}

Task<void> Server::session(Fd client, event::SocketAddress address) {
    {
        Session dialogue(*this, std::move(client), address);
        co_await dialogue.run();
    }
    session_ended();
}

void Server::session_ended() {
    ++ended_sessions_;
    show_counters();
    if (options_.sessions_to_take != 0 && ended_sessions_ >= options_.sessions_to_take) loop_.stop();
    if (--open_sessions_ < options_.most_sessions)
        for (const auto& listener : listeners_) listener->resume();
}

void Server::took_message() {
    ++messages_;
    show_counters();
    if (options_.messages_to_take != 0 && messages_ >= options_.messages_to_take) loop_.stop();
}

void Server::took_quit() {
    ++quits_;
    show_counters();
}

void Server::show_counters() const {
    if (!options_.shows_counters) return;
    fmt::print("sess={} quit={} mesg={}\r", ended_sessions_, quits_, messages_);
    std::fflush(stdout);
}

}  // namespace postern::smtp_sink
