// Content-Type and Content-Transfer-Encoding (RFC 2045 sections 5 and 6).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::mail {

struct ContentType {
    std::string type = "text";                                    ///< in lower case
    std::string subtype = "plain";                                ///< in lower case
    std::vector<std::pair<std::string, std::string>> parameters;  ///< names in lower case, unquoted

    /// Reads leniently: text/plain where there is nothing to read.
    static ContentType parse(std::string_view value);
    bool is(std::string_view wanted_type) const noexcept { return type == wanted_type; }
    bool is(std::string_view wanted_type, std::string_view wanted_subtype) const noexcept {
        return type == wanted_type && subtype == wanted_subtype;
    }
    std::string_view parameter(std::string_view name) const noexcept;  // "" without it
};

/// What a part says of its bytes; `domain` of RFC 2045 section 6.2 follows from it.
enum class TransferEncoding { seven_bit, eight_bit, binary, quoted_printable, base64, unknown };
TransferEncoding parse_transfer_encoding(std::string_view value);
/// quoted-printable and base64: the text is coded.
bool is_coded(TransferEncoding encoding) noexcept;

}  // namespace postern::mail
