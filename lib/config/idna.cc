// A-labels through ICU (UTS #46).
#include "lib/config/idna.h"

#include "lib/base/strings.h"

#include <fmt/format.h>
#include <unicode/uidna.h>

#include <array>
#include <memory>

namespace postern::config {

namespace {

struct CloseIdna {
    void operator()(UIDNA* handle) const noexcept { uidna_close(handle); }
};

}  // namespace

Result<std::string> domain_to_ascii(std::string_view domain) {
    if (is_all_ascii(domain)) return std::string(domain);
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UIDNA, CloseIdna> idna(
        uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI, &status));
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    std::array<char, 1024> ascii;
    const auto length =
        uidna_nameToASCII_UTF8(idna.get(), domain.data(), static_cast<int32_t>(domain.size()),
                               ascii.data(), ascii.size(), &info, &status);
    if (U_FAILURE(status) || info.errors != 0 || !is_valid_utf8(domain))
        return permanent(fmt::format("not a domain name: \"{}\"", printable(domain)));
    return std::string(ascii.data(), static_cast<std::size_t>(length));
}

}  // namespace postern::config
