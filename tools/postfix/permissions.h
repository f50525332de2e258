// Owners and modes of what is installed: making them right, and saying where they are wrong.
#pragma once

#include "lib/base/result.h"
#include "tools/postfix/findings.h"
#include "tools/postfix/installed_files.h"

#include <string>
#include <vector>

namespace postern::postfix {

/// Makes the folders of the queue and of the data that are missing. Those that exist stay as they
/// are. Error: names the path that is not, and cannot become, a folder.
Result<void> make_missing(const std::vector<InstalledFile>& files);

/// Gives owner, group and mode to what is there, and makes what is missing. What is right already
/// is not touched, so that it may lie where nobody can write. Error names the path.
Result<void> set_permissions(const std::vector<InstalledFile>& files);

/// "not owned by postfix: PATH", "wrong permissions: PATH: 0755 instead of 0700".
void report_wrong(const std::vector<InstalledFile>& files, Findings& findings);

std::string user_name(uid_t user);
std::string group_name(gid_t group);

}  // namespace postern::postfix
