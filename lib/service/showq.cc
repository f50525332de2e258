// The listing service; see the header.
#include "lib/service/showq.h"

#include <fmt/format.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <string_view>
#include <tuple>

namespace postern::service {
namespace {

constexpr std::string_view name_prefix("\0postern-queue-details-", 23);

}  // namespace

queue::Listing::Settings listing_settings(const config::Config& config) {
    queue::Listing::Settings settings;
    const auto limit = config.number("duplicate_filter_limit");
    settings.duplicate_filter_limit = limit > 0 ? static_cast<std::size_t>(limit) : SIZE_MAX;
    settings.empty_address_recipient = config.text("empty_address_recipient");
    return settings;
}

void ask_for_details(int socket) {
    const std::string name = fmt::format("{}{}", name_prefix, getpid());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    std::ignore = bind(socket, reinterpret_cast<const sockaddr*>(&address), size);  // see above
}

bool asks_for_details(const event::SocketAddress& client) {
    constexpr std::size_t begin = offsetof(sockaddr_un, sun_path);
    if (client.family() != AF_UNIX || client.size() < begin + name_prefix.size()) return false;
    const auto* address = reinterpret_cast<const sockaddr_un*>(client.get());
    return std::string_view(address->sun_path, name_prefix.size()) == name_prefix;
}

}  // namespace postern::service
