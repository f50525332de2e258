// Clients of the services that main.cf names.
#pragma once

#include "lib/config/config.h"
#include "lib/service/client.h"

#include <string>
#include <string_view>

namespace postern::service {

/// Where the service listens whose name is the value of `parameter` ("rewrite_service_name"), relative
/// to the queue directory: in the folder of those for ourselves, or of those for everybody.
std::string private_socket(const config::Config& config, std::string_view parameter);
std::string public_socket(const config::Config& config, std::string_view parameter);

/// `limits` with the times of ipc_idle and ipc_ttl. Whoever has deliveries made keeps his connections as
/// long as he likes: their number says how many he may ask for.
Client::Limits kept_as(const config::Config& config, Client::Limits limits = {});

/// A client of that service, whose connections are kept for ipc_idle and ipc_ttl.
Client private_client(event::Loop& loop, const config::Config& config, std::string_view parameter);
Client public_client(event::Loop& loop, const config::Config& config, std::string_view parameter);

}  // namespace postern::service
