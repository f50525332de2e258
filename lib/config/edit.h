// Changes main.cf and master.cf in place: comments, order and layout of all else stay; the file
// is replaced by rename, under a lock, and keeps its mode and owner.
#pragma once

#include "lib/base/result.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::config {

/// Reads `path`, gives its text to `change`, and replaces the file by the outcome, all under an
/// exclusive flock(2) on the file, so that two editors take turns. No write when nothing changes.
Result<void> edit_file(const std::string& path,
                       const std::function<Result<std::string>(std::string)>& change);

struct Assignment {
    std::string name;
    std::string value;
};

/// Sets parameters: the last definition of each name is replaced where it stands (earlier ones
/// are removed), and new names are appended.
std::string assign(std::string_view main_cf, const std::vector<Assignment>& assignments);
/// Puts "#" before every line of the definitions of `names`.
std::string comment_out(std::string_view main_cf, const std::vector<std::string>& names);
/// Removes the definitions of `names`.
std::string remove(std::string_view main_cf, const std::vector<std::string>& names);

}  // namespace postern::config
