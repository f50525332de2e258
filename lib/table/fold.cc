// Case folding: ASCII by ourselves, the rest of Unicode by ICU.
#include "lib/table/fold.h"

#include "lib/base/strings.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>

#include <algorithm>

namespace postern::table {

bool may_fold(std::string_view key, bool utf8) noexcept {
    return std::ranges::any_of(
        key, [utf8](char c) { return is_ascii_upper(c) || (utf8 && !is_ascii(c)); });
}

std::string folded(std::string_view key, bool utf8) {
    if (!utf8 || is_all_ascii(key) || !is_valid_utf8(key)) return lower(key);
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    UErrorCode failure = U_ZERO_ERROR;
    icu::CaseMap::utf8Fold(0, icu::StringPiece(key.data(), static_cast<int32_t>(key.size())), sink,
                           nullptr, failure);
    return U_SUCCESS(failure) ? result : lower(key);
}

}  // namespace postern::table
