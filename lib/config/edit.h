// Changes main.cf and master.cf in place: comments, order and layout of all else stay; the file
// is replaced by rename, under a lock, and keeps its mode and owner.
#pragma once

#include "lib/base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::config {

/// Reads `path`, gives its text to `change`, and replaces the file by the outcome, all under an
/// exclusive flock(2) on the file, so that two editors take turns. No write when nothing changes.
Result<void> edit_file(const std::string& path,
                       const std::function<Result<std::string>(std::string)>& change);

/// What becomes of one logical line; comments among its continuation lines stay in any case.
struct LineChange {
    enum class Fate { stays, is_removed, is_commented_out, is_replaced };
    Fate fate = Fate::stays;
    std::string replacement;    ///< without the last line end
};

/// Applies `decide` to every logical line of main.cf or master.cf.
std::string edit_lines(std::string_view file,
                       const std::function<LineChange(std::string_view logical_line)>& decide);

struct Assignment {
    std::string name;
    std::string value;
};

/// Sets parameters: every definition of a name is replaced where it stands, and new names are
/// appended.
std::string assign(std::string_view main_cf, const std::vector<Assignment>& assignments);
/// Puts "#" before every line of the definitions of `names`.
std::string comment_out(std::string_view main_cf, const std::vector<std::string>& names);
/// Removes the definitions of `names`.
std::string remove(std::string_view main_cf, const std::vector<std::string>& names);

/// Which of `names` main.cf defines more than once.
std::vector<std::string> repeated(std::string_view main_cf, const std::vector<std::string>& names);

}  // namespace postern::config
