// import_environment and export_environment (postconf(5)): lists of names to keep, and
// name=value to set.
#pragma once

#include <string>
#include <vector>

namespace postern::config {

/// `current` ("NAME=value" each) reduced to the names in `list`; "name=value" and
/// "{ name = value with blanks }" add or replace.
std::vector<std::string> filter_environment(const std::vector<std::string>& current,
                                            const std::vector<std::string>& list);

/// Does the same to this process (environ); before threads start.
void apply_environment(const std::vector<std::string>& list);
/// This process's environment.
std::vector<std::string> current_environment();

}  // namespace postern::config
