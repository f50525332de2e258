// The farewell; see the header.
#include "lib/tls/farewell.h"

#include "lib/tls/connection.h"

#include <openssl/err.h>

namespace postern::tls {

namespace {

/// Until the other side's farewell is there. Nothing can be done about one that says none.
Task<void> shut_down(event::Stream& stream, SSL* ssl, Deadline deadline) {
    for (;;) {
        ERR_clear_error();
        const int result = SSL_shutdown(ssl);
        if (result == 1) break;
        if (result == 0) continue;   // ours is on its way; theirs may be here already
        const int error = SSL_get_error(ssl, result);
        if (error == SSL_ERROR_WANT_READ && co_await stream.readable(deadline)) continue;
        if (error == SSL_ERROR_WANT_WRITE && co_await stream.writable(deadline)) continue;
        break;
    }
    ERR_clear_error();
}

}  // namespace

Task<void> say_last(event::Stream& stream, Deadline deadline) {
    auto* connection = static_cast<Connection*>(stream.filter());
    const bool is_joined = connection && !connection->is_broken() && stream.unsent() > 0;
    if (is_joined) connection->cork().put_in();
    auto sent = co_await stream.flush(deadline);
    if (!is_joined) co_return;
    if (sent && !connection->is_broken()) connection->say_farewell();
    while (!connection->cork().pull_out())
        if (!co_await stream.writable(deadline)) break;
}

Task<void> part(event::Stream& stream, Deadline deadline) {
    auto* connection = static_cast<Connection*>(stream.filter());
    if (!connection || connection->parts_fast || connection->is_broken()) co_return;
    if (!co_await stream.flush(deadline)) co_return;
    co_await shut_down(stream, connection->ssl(), deadline);
}

}  // namespace postern::tls
