// The conversation with one server: greeting, EHLO, STARTTLS, and what the handshake came to.
#pragma once

#include "lib/event/loop.h"
#include "lib/nexthop/endpoint.h"
#include "lib/report/reporter.h"
#include "lib/tls/client.h"
#include "tools/posttls_finger/options.h"

#include <memory>
#include <string>

namespace postern::posttls_finger {

/// References outlive it.
class Probe {
public:
    Probe(event::Loop& loop, const Options& options, tls::Client& client, std::string helo, std::string digest,
          Reporter reporter)
        : loop_(loop), options_(options), client_(client), helo_(std::move(helo)), digest_(std::move(digest)),
          reporter_(reporter) {}

    struct Outcome {
        std::string server_name;    ///< what it calls itself in its reply to EHLO
        bool has_tls = false, is_resumed = false;
    };
    /// Connects, talks, and says goodbye. Error: no connection.
    Task<Result<Outcome>> run(nexthop::Endpoint server, tls::ClientPolicy policy, std::string session_name);

private:
    Task<bool> hello(event::Stream& stream, Outcome& outcome);
    Task<bool> start_tls(event::Stream& stream);
    Task<bool> encrypt(event::Stream& stream, const nexthop::Endpoint& server, tls::ClientPolicy policy, std::string session_name,
                       Outcome& outcome);
    Task<void> quit(event::Stream& stream);
    Task<std::optional<std::vector<std::string>>> reply(event::Stream& stream, seconds patience);
    void say(event::Stream& stream, std::string_view command);
    void show(std::string_view way, std::string_view line) const;
    void print_chain(const event::Stream& stream) const;

    event::Loop& loop_;
    const Options& options_;
    tls::Client& client_;
    const std::string helo_, digest_;
    const Reporter reporter_;
    bool offers_starttls_ = false;
};

}  // namespace postern::posttls_finger
