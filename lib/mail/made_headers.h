// The header fields that the mail system makes: Received, Date, Message-Id, From.
#pragma once

#include "lib/base/clock.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::mail {

/// What a Received field says (RFC 5321 section 4.4). Empty members are left out.
struct Received {
    std::string helo = {};            ///< "from HELO (NAME [ADDRESS])"; empty: made locally
    std::string client_name = {};     ///< "unknown" without a verified name
    std::string client_address = {};  ///< as the log has it, IPv6 without prefix
    bool is_ipv6 = false;             ///< writes [IPv6:...]
    std::string security = {};        ///< text in parentheses on lines of its own: TLS, ident, AUTH
    std::string by = {};              ///< $myhostname
    std::string mail_name = {};       ///< $mail_name
    std::string comment = {};         ///< after mail_name: "from userid 1001"
    std::string protocol = {};        ///< "ESMTP"; empty: no "with"
    std::string queue_id = {};   ///< empty: it goes into no queue of ours
    std::string recipient = {};  ///< internal; "for <recipient>" when there is only one
    WallTime time = {};
};
/// The whole field, lines separated by "\n".
std::string received_field(const Received& received);

/// "Message-Id: <YYYYMMDDhhmmss.QUEUEID@host>" in UTC; `resent` puts "Resent-" before it.
std::string message_id_field(WallTime time, std::string_view queue_id, std::string_view host,
                             bool resent = false);
/// "Date: ..." in local time.
std::string date_field(WallTime time, bool resent = false);

/// header_from_format.
enum class FromFormat {
    standard,  ///< From: name <address>
    obsolete,  ///< From: address (name)
};
/// "From: ..." of the sender (internal form) and the full name, which may be empty. A name with
/// bytes above 127 is encoded (RFC 2047) and labelled `charset` (full_name_encoding_charset).
std::string from_field(std::string_view sender, std::string_view full_name, FromFormat format,
                       std::string_view charset, bool resent = false);

/// The login's full name of passwd(5): up to the first comma, `&` replaced by the capitalised
/// login.
std::string full_name_of(std::string_view gecos, std::string_view login);

/// RFC 2047 text for a phrase: Q where most of it is printable ASCII, else B; folded by words.
std::string encoded_words(std::string_view text, std::string_view charset);

}  // namespace postern::mail
