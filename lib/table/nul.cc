// NUL bytes at the end.
#include "lib/table/nul.h"

namespace postern::table {

std::string without_nul(std::string text) {
    if (text.ends_with('\0')) text.pop_back();
    return text;
}

}  // namespace postern::table
