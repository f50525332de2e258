// Lists of directories as main.cf has them, with one put in or taken out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::postmulti {

/// `item` before `place`, or at the end where nothing is so called; no change when it is there.
std::string with(std::vector<std::string> list, const std::string& item, std::string_view place);
std::string without(std::vector<std::string> list, std::string_view item);

}  // namespace postern::postmulti
