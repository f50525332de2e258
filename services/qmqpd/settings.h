// The parameters of qmqpd(8).
#pragma once

#include "lib/config/config.h"
#include "lib/service/cleanup.h"

#include <cstddef>
#include <string>

namespace postern::qmqpd {

struct Settings {
    explicit Settings(const config::Config& config);

    seconds timeout, error_delay, ipc_timeout;
    std::size_t message_size_limit;   ///< of all that a client sends; there is always one
    std::size_t line_length_limit;
    std::string content_filter, myhostname, mail_name, verp_delimiter_filter;
    bool soft_bounce;
    service::CleanupOptions options;  ///< as receive_override_options says
};

}  // namespace postern::qmqpd
