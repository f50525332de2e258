// biff; see the header.
#include "local/biff.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace postern::local {

namespace {

constexpr std::uint16_t comsat_port = 512;

}  // namespace

Biff::Biff() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}

void Biff::notify(const std::string& user, off_t offset) const {
    sockaddr_in service{};
    service.sin_family = AF_INET;
    service.sin_port = htons(comsat_port);
    service.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string text = fmt::format("{}@{}", user, offset);
    ::sendto(socket_.get(), text.c_str(), text.size() + 1, MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&service), sizeof service);
}

}  // namespace postern::local
