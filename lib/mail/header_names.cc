#include "lib/mail/header_names.h"

#include "lib/base/strings.h"

#include <algorithm>
#include <array>

namespace postern::mail {

namespace {

enum Role : unsigned { none = 0, sender = 1, recipient = 2, extracted = 4, resent = 8, mime = 16 };

constexpr HeaderInfo row(std::string_view name, HeaderId id, unsigned roles) {
    return {name,
            id,
            (roles & sender) != 0,
            (roles & recipient) != 0,
            (roles & extracted) != 0,
            (roles & resent) != 0,
            (roles & mime) != 0};
}

// In the order of the names, so that a name is found by halving.
constexpr auto known = std::to_array<HeaderInfo>({
    row("Apparently-To", HeaderId::apparently_to, recipient),
    row("Bcc", HeaderId::bcc, recipient | extracted),
    row("Cc", HeaderId::cc, recipient | extracted),
    row("Content-Description", HeaderId::content_description, mime),
    row("Content-Disposition", HeaderId::content_disposition, mime),
    row("Content-ID", HeaderId::content_id, mime),
    row("Content-Length", HeaderId::content_length, none),
    row("Content-Transfer-Encoding", HeaderId::content_transfer_encoding, mime),
    row("Content-Type", HeaderId::content_type, mime),
    row("Date", HeaderId::date, none),
    row("Delivered-To", HeaderId::delivered_to, none),
    row("Disposition-Notification-To", HeaderId::disposition_notification_to, sender),
    row("Errors-To", HeaderId::errors_to, sender),
    row("From", HeaderId::from, sender),
    row("Mail-Followup-To", HeaderId::mail_followup_to, sender | recipient),
    row("Message-Id", HeaderId::message_id, none),
    row("MIME-Version", HeaderId::mime_version, mime),
    row("Received", HeaderId::received, none),
    row("Reply-To", HeaderId::reply_to, sender),
    row("Require-TLS-ESMTP", HeaderId::require_tls_esmtp, none),
    row("Resent-Bcc", HeaderId::resent_bcc, recipient | extracted | resent),
    row("Resent-Cc", HeaderId::resent_cc, recipient | extracted | resent),
    row("Resent-Date", HeaderId::resent_date, resent),
    row("Resent-From", HeaderId::resent_from, sender | resent),
    row("Resent-Message-Id", HeaderId::resent_message_id, resent),
    row("Resent-Reply-To", HeaderId::resent_reply_to, sender | recipient | resent),
    row("Resent-Sender", HeaderId::resent_sender, sender | resent),
    row("Resent-To", HeaderId::resent_to, recipient | extracted | resent),
    row("Return-Path", HeaderId::return_path, sender),
    row("Return-Receipt-To", HeaderId::return_receipt_to, sender),
    row("Sender", HeaderId::sender, sender),
    row("Subject", HeaderId::subject, none),
    row("TLS-Required", HeaderId::tls_required, none),
    row("To", HeaderId::to, recipient | extracted),
});

// Names in the order of their lower-case letters.
bool comes_before(std::string_view a, std::string_view b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](char x, char y) { return to_lower(x) < to_lower(y); });
}

constexpr HeaderInfo unknown;

}  // namespace

const HeaderInfo& header_info(std::string_view name) noexcept {
    const auto found = std::lower_bound(known.begin(), known.end(), name,
                                        [](const HeaderInfo& info, std::string_view wanted) {
                                            return comes_before(info.name, wanted);
                                        });
    return found != known.end() && same(found->name, name) ? *found : unknown;
}

}  // namespace postern::mail
