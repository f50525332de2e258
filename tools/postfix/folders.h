// The folders of the queue and data directories: who owns them, and with which mode.
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"
#include "lib/service/identity.h"

#include <sys/stat.h>

#include <string>
#include <vector>

namespace postern::postfix {

struct Folder {
    std::string path;
    mode_t mode = 0700;
    service::Identity owner;
};

/// All folders, each before what lies in it. Started by an ordinary user, all are that user's.
/// Errors: mail_owner or setgid_group do not exist.
Result<std::vector<Folder>> folders(const config::Config& config);

/// Makes those that are missing. Those that exist stay as they are. Error names the path.
Result<void> make_missing(const std::vector<Folder>& folders);
/// Gives owner and mode as they should be.
Result<void> set_permissions(const std::vector<Folder>& folders);
/// Warns of owners and modes that are wrong: "not owned by postfix: PATH".
void report_wrong(const std::vector<Folder>& folders, const Log& log);

}  // namespace postern::postfix
