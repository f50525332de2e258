// Which envelope senders a login may use (local_login_sender_maps, postconf(5)).
#pragma once

#include "lib/config/config.h"
#include "lib/event/loop.h"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace postern::postdrop {

/// Whether one of `patterns`, a list separated by blanks or commas, allows the sender (internal
/// form): "*" all, "<>" the null sender, "@domain" all of a domain, else the address itself without
/// its extension. `null_key` is what stands for the null sender.
bool allows_sender(std::string_view patterns, std::string_view sender, std::string_view null_key,
                   std::string_view recipient_delimiter);

/// Looks the login up: its name, or "uid:NUMBER" where it has none. Error: a table could not tell.
Result<bool> may_send_as(const config::Config& config, event::Loop& loop, uid_t user,
                         std::string_view sender);

}  // namespace postern::postdrop
