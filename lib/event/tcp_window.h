// tcp_windowsize: TCP connections whose window never grows, for networks whose routers cannot stand
// that (RFC 1323 section 2).
#pragma once

#include "lib/event/socket.h"

namespace postern::event {

/// The buffers that make the window, in bytes; 0: what the system thinks right. Before the socket
/// connects, or its first client comes.
void limit_window(int fd, int bytes);

/// connect_to() with that.
Task<Result<Fd>> connect_with_window(Loop& loop, SocketAddress address, Deadline deadline,
                                     std::optional<SocketAddress> local, int bytes);

}  // namespace postern::event
