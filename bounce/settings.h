// What main.cf says to bounce.
#pragma once

#include "lib/config/config.h"
#include "lib/queue/message_log.h"

#include <set>
#include <string>

namespace postern::bounce {

struct Settings {
    explicit Settings(const config::Config& config);

    std::string myhostname, mail_name;
    std::string double_bounce_sender;   ///< with a domain
    std::set<std::string, std::less<>> notify_classes;
    std::string bounce_notice_recipient, second_bounce_notice_recipient, delay_notice_recipient;
    std::size_t bounce_size_limit;
    seconds ipc_timeout, maximal_queue_lifetime;
    queue::LogForm log_form;   ///< backwards_bounce_logfile_compatibility
    bool disable_verp_bounces, enable_threaded_bounces, smtputf8_enable,
        tls_required_enable, requiretls_redact_dsn;
};

}  // namespace postern::bounce
