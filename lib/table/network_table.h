// What socketmap: and tcp: have in common: one connection to a server, over which one query goes
// at a time, opened when it is needed and given up when it fails or has been idle.
#pragma once

#include "lib/event/pool.h"
#include "lib/event/socket.h"
#include "lib/event/stream.h"
#include "lib/table/dictionary.h"

namespace postern::table {

/// Where a table's server is.
struct Endpoint {
    std::string host;         ///< of inet: a name or address
    std::string service;      ///< of inet: a port number or name
    std::string path;         ///< of unix: when it is not empty
    std::string text;         ///< for messages

    /// "inet:host:service" or "unix:path"; the host may be in brackets.
    static Result<Endpoint> parse(std::string_view text);
};

/// Times of the two protocols (socketmap_table(5), tcp_table(5)).
struct ServerTimes {
    seconds request{100};     ///< to connect, to send, to receive: each
    seconds idle{10};         ///< an idle connection is closed after that long
    seconds total{100};       ///< and any connection after that long
};

/// Connections to one server. Queries that come at the same time use several.
class ServerConnections {
public:
    /// A connection that is used by one query.
    struct Connection {
        event::Stream stream;
        Monotonic opened, used;
        std::int64_t requests = 0;   ///< that its user has counted
    };

    ServerConnections(event::Loop& loop, event::Pool* names, Endpoint endpoint, ServerTimes times)
        : loop_(loop), names_(names), endpoint_(std::move(endpoint)), times_(times) {}

    /// One that is idle, or a new one. Error: temporary, names the server.
    Task<Result<std::unique_ptr<Connection>>> take();
    /// One that has just been opened, for a query that an idle one failed.
    Task<Result<std::unique_ptr<Connection>>> connect();
    /// For the next query.
    void give_back(std::unique_ptr<Connection> connection);

    const Endpoint& endpoint() const noexcept { return endpoint_; }
    Deadline deadline() const { return loop_.in(times_.request); }

private:
    bool is_stale(const Connection& connection) const;
    Task<Result<std::vector<event::SocketAddress>>> addresses() const;

    event::Loop& loop_;
    event::Pool* const names_;
    const Endpoint endpoint_;
    const ServerTimes times_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

/// What is said over a connection.
class Protocol {
public:
    virtual ~Protocol() = default;
    /// Sends the query and reads the answer. After an error of the outer Result the connection is
    /// spent; the inner one is what the server said.
    virtual Task<Result<Found>> ask(event::Stream& server, std::string_view key,
                                    Deadline deadline) = 0;
    /// What is to be said without asking: a key that the protocol cannot carry.
    virtual std::optional<Found> refuse(std::string_view key) = 0;
};

/// A dictionary that asks a server. Error when the process has no loop.
OpenedDictionary network_dictionary(const Opening& opening, std::string_view type,
                                    Endpoint endpoint, ServerTimes times,
                                    std::unique_ptr<Protocol> protocol);

}  // namespace postern::table
