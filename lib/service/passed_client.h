// Clients that one daemon hands to another with their connections (type `pass` of master.cf): what
// postscreen gives to smtpd.
//
// One connection to the service's socket for each client, so that who waits for a process with
// room waits where master sees it. It carries 4 bytes of length, least significant first, and the
// fields of PassedClient, with the client's descriptor (SCM_RIGHTS) on the first byte; the answer
// is one byte, `A`, when the other has taken it.
#pragma once

#include "lib/base/fd.h"
#include "lib/event/loop.h"
#include "lib/event/socket.h"
#include "lib/event/stream.h"
#include "lib/service/codec.h"

#include <string>

namespace postern::service {

/// Who the client is and to which of our addresses it came, as whoever accepted it knows.
struct PassedClient {
    std::string client_address, server_address;   ///< numeric, without brackets
    std::int64_t client_port = 0, server_port = 0;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("client_address", self.client_address);
        visit("server_address", self.server_address);
        visit("client_port", self.client_port);
        visit("server_port", self.server_port);
    }
};

/// What a service with which the caller goes on talking (tlsproxy) says first: it can take a client.
inline constexpr char ready_for_client = 'R';

PassedClient passed_client(const event::SocketAddress& client, const event::SocketAddress& server);

/// Hands the connection `client` to the service at `path`, and waits until it is taken; the caller
/// keeps its descriptor, and closes it then. Errors: timeout; temporary, naming the path: nobody
/// serves there.
Task<Result<void>> pass_client(event::Loop& loop, std::string path, int client, PassedClient who,
                               Deadline deadline);

/// The two halves of it, for a service with which the caller goes on talking over the connection:
/// connects, and hands over nobody yet; hands over, and the connection stays.
Task<Result<Fd>> connect_to_service(event::Loop& loop, std::string path, Deadline deadline);
Task<Result<void>> pass_client_over(event::Stream& connection, int client, PassedClient who, Deadline deadline);

/// A client that came this way.
struct TakenClient {
    Fd socket;   ///< does not block
    event::SocketAddress client, server;
};
/// Takes the client from a connection to our own socket, and says so; the connection stays. Errors:
/// what is wrong with what came.
Task<Result<TakenClient>> take_client(event::Stream& connection, Deadline deadline);

}  // namespace postern::service
