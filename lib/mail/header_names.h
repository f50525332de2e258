// The header fields that a mail system knows and what they mean to it.
#pragma once

#include <cstdint>
#include <string_view>

namespace postern::mail {

enum class HeaderId : std::uint8_t {
    other,  ///< a field that we only pass on
    apparently_to,
    bcc,
    cc,
    content_description,
    content_disposition,
    content_id,
    content_length,
    content_transfer_encoding,
    content_type,
    date,
    delivered_to,
    disposition_notification_to,
    errors_to,
    from,
    mail_followup_to,
    message_id,
    mime_version,
    received,
    reply_to,
    resent_bcc,
    resent_cc,
    resent_date,
    resent_from,
    resent_message_id,
    resent_reply_to,
    resent_sender,
    resent_to,
    return_path,
    return_receipt_to,
    sender,
    subject,
    to,
    tls_required,
    require_tls_esmtp,
};

/// What is known of one field name.
struct HeaderInfo {
    std::string_view name;  ///< in its usual spelling
    HeaderId id = HeaderId::other;
    bool has_sender = false;     ///< its addresses are senders (sender_canonical, masquerading)
    bool has_recipient = false;  ///< its addresses are recipients
    bool is_extracted = false;   ///< `sendmail -t` sends to its addresses
    bool is_resent = false;      ///< one of the Resent- block (RFC 5322 section 3.6.6)
    bool is_mime = false;        ///< Content-*, MIME-Version

    bool has_addresses() const noexcept { return has_sender || has_recipient; }
};

/// `name` in any case; a row with id `other` for unknown names.
const HeaderInfo& header_info(std::string_view name) noexcept;

}  // namespace postern::mail
