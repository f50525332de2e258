// Clients by main.cf; see the header.
#include "lib/service/client_of.h"

namespace postern::service {

std::string private_socket(const config::Config& config, std::string_view parameter) {
    return "private/" + config.text(parameter);
}

std::string public_socket(const config::Config& config, std::string_view parameter) {
    return "public/" + config.text(parameter);
}

Client::Limits kept_as(const config::Config& config, Client::Limits limits) {
    limits.idle = config.time("ipc_idle");
    limits.life = config.time("ipc_ttl");
    return limits;
}

Client private_client(event::Loop& loop, const config::Config& config, std::string_view parameter) {
    return {loop, private_socket(config, parameter), kept_as(config)};
}

Client public_client(event::Loop& loop, const config::Config& config, std::string_view parameter) {
    return {loop, public_socket(config, parameter), kept_as(config)};
}

}  // namespace postern::service
