#include "tools/postqueue/listing_source.h"

#include "lib/event/socket.h"
#include "lib/queue/listing.h"
#include "lib/service/identity.h"
#include "lib/service/showq.h"
#include "lib/service/spool_of.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <memory>

namespace postern::postqueue {
namespace {

constexpr std::size_t block_size = 16384;

Result<std::string> read_block(int socket) {
    std::string block(block_size, '\0');
    for (;;) {
        const ssize_t got = read(socket, block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read from the showq service");
        block.resize(static_cast<std::size_t>(got));
        return block;
    }
}

Result<std::string> next_block(queue::Listing& listing) {
    std::string block;
    listing.fill(block, block_size);
    for (const std::string& warning : listing.take_warnings())
        std::cerr << "postqueue: warning: " << warning << '\n';
    return block;
}

}  // namespace

Result<ListingReader::Source> ask_showq(const std::string& service, const std::string& mail_name,
                                        bool is_detailed) {
    auto address = event::SocketAddress::unix_path("public/" + service);
    if (!address) return address.error();
    // Shared, since a std::function is copyable.
    auto socket = std::make_shared<Fd>(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (is_detailed) service::ask_for_details(socket->get());
    if (connect(socket->get(), address->get(), address->size()) != 0)
        return system_error("Connect to the " + mail_name + " showq service");
    return ListingReader::Source([socket] { return read_block(socket->get()); });
}

Result<ListingReader::Source> read_queue(const config::Config& config, bool is_detailed) {
    auto owner = service::mail_owner(config);
    if (!owner) return owner.error();
    if (auto became = service::become_for_good(*owner); !became) return became.error();
    auto spool = service::spool_here(config);
    if (!spool) return spool.error();
    auto settings = service::listing_settings(config);
    settings.is_detailed = is_detailed;
    // Shared, since a std::function is copyable.
    auto listing = std::make_shared<queue::Listing>(std::move(*spool), std::move(settings));
    return ListingReader::Source([listing] { return next_block(*listing); });
}

}  // namespace postern::postqueue
