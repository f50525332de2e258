// One TLS connection, between a stream and its socket. For the sources of lib/tls only.
#pragma once

#include "lib/event/stream.h"
#include "lib/tls/cork.h"
#include "lib/tls/established.h"
#include "lib/tls/openssl.h"
#include "lib/tls/trace_file.h"

#include <functional>
#include <memory>
#include <string>

namespace postern::tls {

class TicketKeys;

class Connection final : public event::Filter {
public:
    explicit Connection(SslHandle ssl);
    /// Says close_notify, as far as the socket takes it at once; the answer is not waited for.
    ~Connection() override;

    event::IoResult read(int fd, std::span<char> buffer) override;
    event::IoResult write(int fd, std::string_view data) override;
    bool has_pending() const override;

    SSL* ssl() const noexcept { return ssl_.get(); }
    bool is_broken() const noexcept { return is_broken_; }
    /// Takes the socket; before the handshake.
    void attach(int fd);
    Cork& cork() noexcept { return cork_; }
    /// Says close_notify, once.
    void say_farewell();
    static Connection& of(const SSL* ssl);

    // What OpenSSL's callbacks, which cannot wait, find here and leave here.
    const TicketKeys* ticket_keys = nullptr;
    WallTime now{};                                  ///< when the handshake began
    bool parts_fast = true;                          ///< tls_fast_shutdown_enable
    bool may_go_on = false;                          ///< a server that paused at ClientHello
    std::string requested_name, session_id;          ///< of that ClientHello
    std::string server_name;                         ///< for which it has a chain
    std::string cached_session;                      ///< found for session_id
    std::function<void(std::string id, std::string session)> keep;   ///< a session to be cached
    std::function<void(std::string_view line)> trace;                ///< log level 2 and more
    bool dumps_bytes = false;                                        ///< log level 3 and more
    std::unique_ptr<TraceFile> trace_file;

private:
    event::IoResult after(int result);
    Cork cork_;
    SslHandle ssl_;
    bool is_broken_ = false;
};

/// Lets the handshake go on until it is finished. `at_hello` is awaited when a server's callback
/// paused it at ClientHello. Errors: timeout; closed, "lost connection"; permanent, "-1": the
/// library's errors are still on its queue.
Task<Result<void>> shake_hands(event::Stream& stream, Connection& connection, Deadline deadline,
                               std::function<Task<void>()> at_hello = {});

/// What it came to, without the trust in the peer.
Established describe(const SSL* ssl);

}  // namespace postern::tls
