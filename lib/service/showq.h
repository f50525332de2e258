// The listing service (public/showq), which speaks first and only: see lib/queue/listing.h.
#pragma once

#include "lib/config/config.h"
#include "lib/event/socket.h"
#include "lib/queue/listing.h"

namespace postern::service {

/// What main.cf says of listings.
queue::Listing::Settings listing_settings(const config::Config& config);

/// A client cannot ask showq for anything: programs that read the listing say nothing, and wait.
/// So who wants the detailed listing calls from a socket with a name of its own, in the abstract
/// name space; the service sees it as it accepts. Where that is not to be had, the listing is not
/// detailed.
void ask_for_details(int socket);
bool asks_for_details(const event::SocketAddress& client);

}  // namespace postern::service
