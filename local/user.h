// A user of the system, from the password database.
#pragma once

#include "lib/base/result.h"
#include "lib/service/identity.h"

#include <optional>
#include <string>

namespace postern::local {

struct User {
    std::string name, home, shell;
    service::Identity identity;
};

/// Nothing: no such user. Error: temporary, the database could not tell.
Result<std::optional<User>> find_user(const std::string& name);
Result<std::optional<User>> find_user(uid_t id);

}  // namespace postern::local
