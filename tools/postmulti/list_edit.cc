// Editing lists.
#include "tools/postmulti/list_edit.h"

#include "lib/base/strings.h"

#include <algorithm>

namespace postern::postmulti {

std::string with(std::vector<std::string> list, const std::string& item, std::string_view place) {
    if (std::ranges::find(list, item) == list.end())
        list.insert(std::ranges::find(list, place), item);
    return join(list, " ");
}

std::string without(std::vector<std::string> list, std::string_view item) {
    std::erase(list, item);
    return join(list, " ");
}

}  // namespace postern::postmulti
