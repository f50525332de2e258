// Mail addresses in their two forms. Inside the house an address is kept unquoted (internal):
// what stands before its last `@` is the local part as it is meant, blanks and all. In SMTP
// commands and header fields it is quoted (external) where RFC 5321 section 4.1.2 asks for it:
//     internal  john doe@example.com        external  "john doe"@example.com
#pragma once

#include "lib/base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::mail {

/// An address in internal form, taken apart without copying.
struct AddressParts {
    std::string_view localpart;
    std::string_view domain;  ///< without the `@`; empty too in "user@"
    bool has_domain = false;  ///< there is an `@`
};

/// Splits at the last `@`. `internal` outlives the result.
AddressParts split_address(std::string_view internal) noexcept;

/// Internal to external form. A local part that is no RFC 5321 Dot-string is quoted; the domain is
/// copied. Bytes above 127 need no quotes (RFC 6531). "" stays "".
std::string external(std::string_view internal);
/// Only the local part.
std::string external_localpart(std::string_view localpart);
/// RFC 5321 Dot-string: atoms with single dots between them, which needs no quotes.
bool is_dot_string(std::string_view localpart) noexcept;
/// True when external(internal) == internal, without making it.
bool needs_no_quotes(std::string_view internal) noexcept;

/// The address, in either form, is in standard form whatever main.cf says of appending and
/// swapping: one `@`, a plain local part without `%`, `!` and the like, a domain name with a dot
/// and no final one. Most addresses are.
bool is_surely_standard(std::string_view address) noexcept;

/// External to internal form: quotes and backslashes of the local part are taken off; an `@` inside
/// quotes becomes part of the local part.
std::string internal(std::string_view external);

/// "user+ext" at the first of `delimiters` that separates, as recipient_delimiter says.
struct SplitLocalpart {
    std::string_view user;
    std::string_view extension;  ///< without the delimiter
    char delimiter;              ///< the one that was found
};
/// Nothing when there is no extension, when `delimiters` is empty, or for the names that are never
/// split: postmaster, mailer-daemon, double-bounce in any case; and, when `-` is the delimiter and
/// `owner_request_special` is on, owner-name and name-request.
std::optional<SplitLocalpart> split_extension(std::string_view localpart,
                                              std::string_view delimiters,
                                              bool owner_request_special);

/// The address as table keys have it: ASCII letters of domain and local part in lower case.
std::string folded(std::string_view internal);

/// "<address>" in external form, for log lines and SMTP commands; "<>" for the null address.
std::string bracketed(std::string_view internal);

}  // namespace postern::mail
