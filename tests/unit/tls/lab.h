// A TLS server and a TLS client of ours at the ends of one connection.
#pragma once

#include "lib/base/base64.h"
#include "lib/base/fd.h"
#include "lib/tls/client.h"
#include "lib/tls/server.h"
#include "tests/unit/base/temporary_folder.h"
#include "tests/unit/collected_lines.h"
#include "tests/unit/tls/authority.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/socket.h>

#include <csignal>
#include <fstream>
#include <map>

namespace postern::test {

/// tlsmgr, without tlsmgr.
class FakeStore final : public tls::SessionStore {
public:
    std::vector<tls::TicketKey> keys;
    std::map<std::string, std::string> sessions;

    Task<Result<std::vector<tls::TicketKey>>> ticket_keys() override { co_return keys; }
    Task<Result<std::optional<std::string>>> find(tls::SessionCache, std::string id) override {
        const auto found = sessions.find(id);
        co_return found == sessions.end() ? std::optional<std::string>() : found->second;
    }
    void save(tls::SessionCache, std::string id, std::string session) override {
        sessions[id] = std::move(session);
    }
    void remove(tls::SessionCache, std::string id) override { sessions.erase(id); }
    Task<Result<std::string>> random_bytes() override {
        ++asked_for_random_bytes;
        co_return std::string(32, 'r');
    }
    int asked_for_random_bytes = 0;
};

inline tls::TicketKey ticket_key(char letter, const Clock& clock = system_clock()) {
    return {std::string(16, letter), std::string(32, letter), std::string(32, letter),
            clock.wall() + seconds(600), clock.wall() + seconds(1200)};
}

class TlsLab {
public:
    TlsLab() { std::signal(SIGPIPE, SIG_IGN); }   // as every daemon does

    event::Loop loop;
    TemporaryFolder folder;
    Authority authority{"Test CA"};
    CollectedLines lines;
    report::Wording wording;
    report::Counters counters;
    FakeStore store;

    Reporter reporter() { return {lines.log(), wording, counters}; }

    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(folder.path(name)) << text;
        return folder.path(name);
    }
    std::string chain_file(const Wanted& wanted) { return write(wanted.name, authority.chain(wanted)); }
    std::string ca_file() { return write("ca", authority.certificate()); }

    static config::Config config(const std::string& main_cf) {
        auto read = config::Config::from_text("compatibility_level = 3.12\n" + main_cf);
        if (!read) throw std::runtime_error(read.error().text);
        return *read;
    }

    Result<std::unique_ptr<tls::Server>> try_server(const std::string& main_cf, table::Maps sni = {},
                                                    const std::string& service = "smtp") {
        tls::ServerSettings settings(config(main_cf));
        settings.service = service;
        return tls::Server::make(std::move(settings), std::move(sni), &store);
    }
    std::unique_ptr<tls::Server> server(const std::string& main_cf, table::Maps sni = {},
                                        const std::string& service = "smtp") {
        auto made = try_server(main_cf, std::move(sni), service);
        if (!made) throw std::runtime_error(made.error().text);
        return std::move(*made);
    }
    std::unique_ptr<tls::Client> client(const std::string& main_cf = "") {
        const auto read = config(main_cf);
        auto made = tls::Client::make(tls::CommonSettings(read), tls::SideSettings(read, "smtp_tls_"), &store,
                                      tls::SessionCache::smtp);
        if (!made) throw std::runtime_error(made.error().text);
        return std::move(*made);
    }
    static tls::ClientPolicy policy(tls::Level level = tls::Level::may) {
        tls::ClientPolicy wanted;
        wanted.level = level;
        wanted.protocols = ">=TLSv1.2";
        wanted.ciphers = "medium";
        return wanted;
    }
};

/// What both ends found.
struct Met {
    Met(TlsLab& lab, tls::Server& server, tls::Client& client, tls::ClientPolicy policy, int log_level = 1,
        bool traces = false) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
            throw std::runtime_error("socketpair");
        server_stream = std::make_unique<Stream>(lab.loop, Fd(ends[0]));
        client_stream = std::make_unique<Stream>(lab.loop, Fd(ends[1]));
        const auto until = lab.loop.in(seconds(20));
        auto serving = server.accept(*server_stream, "client.example[192.0.2.1]", lab.reporter(), {log_level, traces},
                                     until);
        serving.start();
        at_client.emplace(lab.loop.run(client.connect(*client_stream, "mx.example[192.0.2.2]:25", "mx",
                                                      std::move(policy), lab.reporter(), {}, until)));
        if (!*at_client) client_stream.reset();   // as the owner of a failed session does
        while (!serving.done()) lab.loop.run(turn(lab.loop));
        at_server.emplace(serving.take());
    }
    static Task<void> turn(event::Loop& loop) { co_await event::Yield(loop); }

    bool is_made() const { return *at_client && *at_server; }
    /// A line from one end to the other.
    static std::string pass(TlsLab& lab, Stream& from, Stream& to, const std::string& text) {
        from.write(text + "\r\n");
        from.flush_soon();
        auto line = lab.loop.run(read(to, lab.loop.in(seconds(20))));
        return line ? *line : "(" + line.error().text + ")";
    }
    static Task<Result<std::string>> read(Stream& stream, Deadline deadline) {
        co_return co_await stream.read_line(100000, deadline);
    }

    std::unique_ptr<Stream> server_stream, client_stream;
    std::optional<Result<tls::Established>> at_client, at_server;
};

}  // namespace postern::test
