// Handing over and taking; see the header.
#include "lib/service/passed_client.h"

#include <sys/socket.h>

#include <array>
#include <cstring>

namespace postern::service {

namespace {

constexpr char taken = 'A';
constexpr std::size_t longest_packet = 1024;
constexpr std::size_t length_size = 4;

std::string packet_of(const PassedClient& who) {
    const std::string fields = encode(who);
    std::string packet(length_size, '\0');
    for (std::size_t i = 0; i < length_size; ++i)
        packet[i] = static_cast<char>(fields.size() >> (8 * i));
    return packet + fields;
}

Result<PassedClient> parse_packet(std::string_view packet) {
    if (packet.size() < length_size) return permanent("a passed client: cut short");
    std::size_t size = 0;
    for (std::size_t i = length_size; i-- > 0;)
        size = size << 8 | static_cast<unsigned char>(packet[i]);
    if (packet.size() != length_size + size) return permanent("a passed client: wrong length");
    return decode<PassedClient>(packet.substr(length_size));
}

/// Room for the header of one descriptor.
union Rights {
    cmsghdr header;
    std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};

Result<void> send_with(int socket, std::string packet, int descriptor) {
    Rights rights{};
    iovec data{packet.data(), packet.size()};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = rights.bytes.data();
    message.msg_controllen = rights.bytes.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    if (sent < 0) return system_error("sendmsg");
    // A packet of this size is sent whole on an empty socket, or not at all.
    if (static_cast<std::size_t>(sent) != packet.size()) return temporary("sendmsg: cut short");
    return success();
}

struct Received {
    std::string packet;
    Fd descriptor;
};

Result<Received> receive(int socket) {
    Rights rights{};
    Received received;
    received.packet.resize(longest_packet);
    iovec data{received.packet.data(), received.packet.size()};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = rights.bytes.data();
    message.msg_controllen = rights.bytes.size();
    const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (got < 0) return system_error("recvmsg");
    received.packet.resize(static_cast<std::size_t>(got));
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        int descriptor = -1;
        std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
        received.descriptor = Fd(descriptor);
    }
    return received;
}

Result<TakenClient> unpack(Received received) {
    auto who = parse_packet(received.packet);
    if (!who) return who.error();
    if (!received.descriptor) return permanent("a passed client: without its connection");
    auto client = event::SocketAddress::numeric(who->client_address,
                                                static_cast<std::uint16_t>(who->client_port));
    if (!client) return client.error();
    auto server = event::SocketAddress::numeric(who->server_address,
                                                static_cast<std::uint16_t>(who->server_port));
    if (!server) return server.error();
    if (auto set = set_nonblocking(received.descriptor.get()); !set) return set.error();
    return TakenClient{std::move(received.descriptor), *client, *server};
}

}  // namespace

PassedClient passed_client(const event::SocketAddress& client, const event::SocketAddress& server) {
    return {client.host(), server.host(), client.port(), server.port()};
}

Task<Result<Fd>> connect_to_service(event::Loop& loop, std::string path, Deadline deadline) {
    const auto address = event::SocketAddress::unix_path(path);
    if (!address) co_return address.error();
    co_return co_await event::connect_to(loop, *address, deadline);
}

Task<Result<void>> pass_client_over(event::Stream& connection, int client, PassedClient who,
                                    Deadline deadline) {
    if (auto sent = send_with(connection.fd(), packet_of(who), client); !sent) co_return sent.error();
    auto answer = co_await event::read_exactly(connection, 1, deadline);
    if (!answer) co_return answer.error();
    if ((*answer)[0] != taken) co_return temporary("client not taken");
    co_return success();
}

Task<Result<void>> pass_client(event::Loop& loop, std::string path, int client, PassedClient who,
                               Deadline deadline) {
    auto connected = co_await connect_to_service(loop, path, deadline);
    if (!connected) co_return connected.error().in(path);
    event::Stream connection(loop, std::move(*connected));
    auto passed = co_await pass_client_over(connection, client, std::move(who), deadline);
    if (!passed) co_return passed.error().in(path);
    co_return success();
}

Task<Result<TakenClient>> take_client(event::Stream& connection, Deadline deadline) {
    auto received = receive(connection.fd());
    if (!received && (errno == EAGAIN || errno == EINTR)) {
        if (auto ready = co_await connection.readable(deadline); !ready) co_return ready.error();
        received = receive(connection.fd());
    }
    if (!received) co_return received.error();
    auto client = unpack(std::move(*received));
    if (!client) co_return client.error();
    connection.write(std::string_view(&taken, 1));
    // Who handed it over and is gone needs no answer; the client is here.
    std::ignore = co_await connection.flush(deadline);
    co_return std::move(*client);
}

}  // namespace postern::service
