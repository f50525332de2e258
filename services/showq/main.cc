// showq: lists the queue to whoever connects (showq(8)).
#include "lib/event/pool.h"
#include "lib/event/stream.h"
#include "lib/service/daemon.h"
#include "lib/service/showq.h"
#include "lib/service/spool_of.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace postern::showq {
namespace {

constexpr std::size_t block_size = 16384;

/// A piece of the listing, made in a thread: folders can be big and files many.
struct Piece {
    std::string text;
    std::vector<std::string> warnings;
    bool is_last;
};

// The listing is shared with the job that may outlive a session that was ended.
Piece next_piece(const std::shared_ptr<queue::Listing>& listing) {
    Piece piece;
    piece.is_last = !listing->fill(piece.text, block_size);
    piece.warnings = listing->take_warnings();
    return piece;
}

/// Everything, at the client's pace, to its end or until the client has gone.
Task<void> list(service::Daemon& daemon, service::Session client) {
    auto spool = service::spool_here(daemon.config());
    if (!spool) {
        daemon.log().warning("{}", spool.error().text);
        co_return;
    }
    auto settings = service::listing_settings(daemon.config());
    settings.is_detailed = service::asks_for_details(client.peer);
    const auto listing = std::make_shared<queue::Listing>(std::move(*spool), std::move(settings));
    const seconds patience = daemon.config().time("ipc_timeout");
    event::Stream stream(daemon.loop(), std::move(client.socket));
    for (bool is_last = false; !is_last;) {
        const auto make = [listing] { return next_piece(listing); };
        Piece piece = co_await daemon.disk().offload(make);
        for (const std::string& warning : piece.warnings)
            daemon.log().warning("{}", warning);
        is_last = piece.is_last;
        stream.write(piece.text);
        auto sent = co_await stream.flush(daemon.loop().in(patience));
        if (!sent) co_return;  // nobody reads any more
    }
}

}  // namespace
}  // namespace postern::showq

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("showq", argc, argv);
    daemon.drop_privileges();
    return daemon.serve_sessions(
        [&daemon](service::Session client) { return showq::list(daemon, std::move(client)); });
}
