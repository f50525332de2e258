// A folder and all that is in it, given to one owner.
#pragma once

#include "lib/base/result.h"

#include <sys/types.h>

#include <optional>
#include <string>

namespace postern::postfix {

/// Files of `folder` at any depth get the owner and, where there is one, the group; folders also
/// `folder_mode`. Whoever owns the folder cannot lead us out of it: links are not followed, and a
/// file that has further names, which may lie elsewhere, is left alone. Error names the path.
Result<void> give_tree(const std::string& folder, uid_t owner, std::optional<gid_t> group,
                       mode_t folder_mode);

}  // namespace postern::postfix
