// Lists of users in main.cf: authorized_mailq_users, authorized_flush_users,
// authorized_submit_users.
#pragma once

#include "lib/config/config.h"
#include "lib/event/loop.h"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace postern::service {

/// A user by name, or "unknown" for a user id that has none.
std::string user_name(uid_t user);

/// Whether the user is in the list of `parameter`: names, "/file/name" and "type:table"; "!"
/// excludes; the first that matches decides. Errors: a bad list (names the parameter), or a table
/// that could not tell.
Result<bool> is_authorized(const config::Config& config, std::string_view parameter,
                           std::string_view user, event::Loop& loop);

}  // namespace postern::service
