// What is the same for all deliveries of a process.
#pragma once

#include "lib/delivery/mailbox_writer.h"
#include "lib/delivery/status_filter.h"
#include "lib/service/client.h"
#include "local/biff.h"
#include "local/settings.h"

#include <optional>
#include <string>

namespace postern::local {

/// References outlive the deliveries.
struct Post {
    const Settings& settings;
    const config::Config& config;
    event::Loop& loop;
    const Log& log;
    service::Client& rewrite;
    service::Client& cleanup;
    delivery::UserThreads& threads;  ///< for files of users
    const delivery::MailboxWriter writer;
    event::Pool& names;              ///< for the password database, and the files of lists
    event::Pool& commands;           ///< each waits for one command
    const std::string service_name;  ///< the transport that we are, and the relay of log lines
    const std::optional<dev_t> queue_device;
    const Biff biff;
    table::Maps aliases, mailbox_command_maps, mailbox_transport_maps, fallback_transport_maps;
    delivery::StatusFilter filter;
};

}  // namespace postern::local
