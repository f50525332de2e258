// The users and groups of the mail system, who must have nothing in common.
#pragma once

#include "lib/base/result.h"
#include "lib/config/config.h"

namespace postern::postfix {

/// mail_owner, default_privs and setgid_group exist, are not those of root, and are three different
/// ones: else whoever may act as one of them could do what only another may. Error: permanent,
/// names file, line and parameter.
Result<void> check_accounts(const config::Config& config);

}  // namespace postern::postfix
