// Which configuration directory a command uses, and which a set-gid command may be told to use.
#pragma once

#include "lib/base/result.h"

#include <optional>
#include <string>

namespace postern::config {

/// The directory of the installation, "/etc/postfix" or below the prefix.
std::string default_directory();

/// -c if given, else the environment's MAIL_CONFIG, else default_directory().
std::string choose_directory(const std::optional<std::string>& option);

/// Whether a program with more rights than its user (postdrop, postqueue) may read `directory`:
/// it is default_directory(), or main.cf there lists it in alternate_config_directories or
/// multi_instance_directories. Error: not authorized, naming the directory and the file to edit.
/// Always allowed to root, and to a program that has no other rights than its user.
Result<void> check_directory(const std::string& directory);
/// The same without looking at who we are.
Result<void> check_directory_as_set_gid(const std::string& directory);

}  // namespace postern::config
