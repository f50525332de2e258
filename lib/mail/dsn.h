// Delivery status notification requests of ESMTP (RFC 3461, RFC 6533): NOTIFY, RET, ENVID, ORCPT.
#pragma once

#include "lib/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::mail {

/// xtext (RFC 3461 section 4): "+XX" for what is not printable ASCII, "+" and "=".
std::string xtext(std::string_view text);
std::optional<std::string> from_xtext(std::string_view coded);
/// utf-8-addr-xtext and utf-8-addr-unitext (RFC 6533 section 3): "\x{20AC}" to UTF-8.
std::optional<std::string> from_unitext(std::string_view coded);
/// utf-8-addr-xtext, for where only ASCII may stand.
std::string to_unitext_ascii(std::string_view utf8);

/// NOTIFY; the bits are those of the `notify_flags` attribute in queue files.
struct Notify {
    enum Bit : std::uint8_t { none = 0, never = 1, success = 2, failure = 4, delay = 8 };
    std::uint8_t bits = none;  ///< none: not given, RFC 3461's default

    /// "NEVER" or a list "SUCCESS,FAILURE,DELAY" in any case. Error: permanent.
    static Result<Notify> parse(std::string_view value);
    std::string text() const;  ///< "" when not given
    bool has(Bit bit) const noexcept { return (bits & bit) != 0; }
    friend bool operator==(const Notify&, const Notify&) = default;
};

/// RET; the values are those of the `ret_flags` attribute in queue files.
enum class ReturnContent : std::uint8_t { unspecified = 0, full = 1, headers = 2 };
std::optional<ReturnContent> parse_ret(std::string_view value);
std::string_view ret_text(ReturnContent ret);  // "FULL", "HDRS", ""

/// "rfc822;xtext" or "utf-8;unitext" of ORCPT, decoded.
struct OriginalRecipient {
    std::string type;     ///< "rfc822", "utf-8" ... as it was written
    std::string address;  ///< decoded
    /// Error (permanent): no type, bad xtext, empty or unprintable address.
    static Result<OriginalRecipient> parse(std::string_view value);
    /// "type;address", as the attribute dsn_orig_rcpt has it.
    std::string text() const { return type + ";" + address; }
    /// As ORCPT= is sent; `utf8`: the server announced SMTPUTF8.
    std::string coded(bool utf8) const;
};
/// "type;address" back. Nothing without a type.
std::optional<OriginalRecipient> parse_dsn_orig_rcpt(std::string_view text);

/// ENVID, decoded. Error (permanent): bad xtext, or longer than 100 characters.
Result<std::string> parse_envid(std::string_view value);

}  // namespace postern::mail
