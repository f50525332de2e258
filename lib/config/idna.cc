// IDNA through ICU (UTS #46).
#include "lib/config/idna.h"

#include "lib/base/strings.h"

#include <fmt/format.h>
#include <unicode/idna.h>

#include <memory>

namespace postern::config {

namespace {

std::unique_ptr<icu::IDNA> uts46(bool transitional) {
    UErrorCode status = U_ZERO_ERROR;
    std::uint32_t options = UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ;
    if (!transitional) options |= UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE;
    return std::unique_ptr<icu::IDNA>(icu::IDNA::createUTS46Instance(options, status));
}

using Conversion = void (icu::IDNA::*)(icu::StringPiece, icu::ByteSink&, icu::IDNAInfo&,
                                       UErrorCode&) const;

Result<std::string> converted(std::string_view domain, bool transitional, Conversion convert) {
    const auto idna = uts46(transitional);
    if (!idna) return temporary("ICU has no IDNA data");
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    icu::IDNAInfo info;
    UErrorCode status = U_ZERO_ERROR;
    ((*idna).*convert)(icu::StringPiece(domain.data(), static_cast<int32_t>(domain.size())), sink,
                       info, status);
    // A dot at the start or the end is somebody else's question.
    const std::uint32_t errors =
        info.getErrors() & ~static_cast<std::uint32_t>(UIDNA_ERROR_EMPTY_LABEL);
    if (U_FAILURE(status) || errors != 0)
        return permanent(
            fmt::format("\"{}\" is not a valid international domain name (IDNA errors {:#x})",
                        printable(domain, 255), errors));
    return result;
}

}  // namespace

Result<std::string> domain_to_ascii(std::string_view domain, bool transitional) {
    if (is_all_ascii(domain)) return std::string(domain);
    return converted(domain, transitional, &icu::IDNA::nameToASCII_UTF8);
}

Result<std::string> domain_to_utf8(std::string_view domain, bool transitional) {
    const bool has_a_label = lower(domain).find("xn--") != std::string::npos;
    if (is_all_ascii(domain) && !has_a_label) return std::string(domain);
    return converted(domain, transitional, &icu::IDNA::nameToUnicodeUTF8);
}

}  // namespace postern::config
