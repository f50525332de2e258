// What is installed, as $meta_directory/postfix-files and postfix-files.d say, for one instance.
#pragma once

#include "tools/postfix/instance.h"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace postern::postfix {

struct InstalledFile {
    std::string path;
    bool is_folder = false;
    uid_t owner = 0;
    std::optional<gid_t> group{};    ///< nothing: any
    mode_t mode = 0;
    bool is_made = false;            ///< a folder that is made where it is missing
    bool is_recursive = false;       ///< the owner has all that is in it, too
    /// A site may have put it elsewhere, with a link: what counts is what the link leads to.
    bool may_be_link = false;
};

/// All files, folders before what lies in them. Where the list is not there, or is that of another
/// mail system with which we share the folder, the one that we were built with is taken. Started by
/// an ordinary user: the folders of the instance and the files that he owns, all for him alone.
/// A row that is wrong is warned of and left out. Error: that of check_accounts().
Result<std::vector<InstalledFile>> installed_files(const Instance& instance);

}  // namespace postern::postfix
