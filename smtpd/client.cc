// Clients; see the header.
#include "smtpd/client.h"

namespace postern::smtpd {

Client client_at(const event::SocketAddress& peer) {
    Client client;
    if (!peer.is_ip()) {
        client.name = client.reverse_name = "localhost";
        client.address = "127.0.0.1";
        client.family = AF_INET;
        client.name_status = client.reverse_name_status = dns::NameStatus::ok;
        return client;
    }
    client.address = peer.host();
    client.port = peer.port();
    client.family = client.address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    return client;
}

}  // namespace postern::smtpd
