// What main.cf says to local(8).
#pragma once

#include "lib/config/config.h"
#include "lib/delivery/mbox.h"
#include "lib/service/identity.h"

#include <set>
#include <string>
#include <vector>

namespace postern::local {

/// From where a file or command may be named (allow_mail_to_commands, allow_mail_to_files).
enum class Origin { alias, forward, include };

struct Settings {
    /// Error: a name that is none, an unknown user; names the parameter.
    static Result<Settings> from(const config::Config& config);

    std::string myhostname, mail_spool_directory, home_mailbox, recipient_delimiter;
    std::string mailbox_command, mailbox_transport, fallback_transport, luser_relay;
    std::string execution_directory, forward_path, command_shell, mail_version;
    /// Characters that $name expansion may give.
    std::string command_filter, forward_filter, directory_filter;
    bool frozen_delivered_to;
    bool owner_request_special, expand_owner_alias, reset_owner_alias, biff,
        strict_mailbox_ownership, require_home_directory, enable_original_recipient;
    bool propagates_alias, propagates_forward, propagates_include;
    bool prepends_to_command, prepends_to_file, prepends_to_forward;
    std::set<Origin> allow_commands, allow_files;
    config::ByteCount mailbox_size_limit;
    std::size_t duplicate_filter_limit, nesting_limit;
    seconds command_time_limit, ipc_timeout, daemon_timeout;
    service::Identity default_identity;  ///< default_privs
    std::string default_user;
    delivery::MboxSettings mbox;
};

}  // namespace postern::local
