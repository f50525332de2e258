// MAIL FROM and RCPT TO with their parameters; what is put before the content.
#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/dsn.h"
#include "smtp/transaction.h"

#include <fmt/format.h>

namespace postern::smtp {

namespace {

std::string path(const Settings& settings, const std::string& address) {
    return "<" + (settings.quote_rfc821_envelope ? mail::external(address) : address) + ">";
}

}  // namespace

bool Transaction::is_eight_bit() const { return same(request_.encoding, "8bit"); }

std::string Transaction::mail_command() const {
    std::string command = "MAIL FROM:" + path(settings_, envelope_.sender);
    if (features_.has_size && request_.message_size > 0)
        command += fmt::format(" SIZE={}", request_.message_size);
    if (features_.eight_bit_mime && !request_.encoding.empty())
        command += is_eight_bit() ? " BODY=8BITMIME" : " BODY=7BIT";
    if (features_.smtputf8 && request_.is_smtputf8) command += " SMTPUTF8";
    if (session_.passes_requiretls_on) command += " REQUIRETLS";
    // Nobody vouches for the sender (RFC 4954 section 5).
    if (settings_.send_dummy_mail_auth && session_.is_logged_in) command += " AUTH=<>";
    if (features_.dsn) {
        const auto ret = static_cast<mail::ReturnContent>(request_.dsn_ret);
        if (ret != mail::ReturnContent::unspecified)
            command += fmt::format(" RET={}", mail::ret_text(ret));
        if (!request_.dsn_envid.empty()) command += " ENVID=" + mail::xtext(request_.dsn_envid);
    }
    return command;
}

std::string Transaction::rcpt_command(std::size_t index) const {
    const service::DeliveryRecipient& recipient = request_.recipients[index];
    std::string command = "RCPT TO:" + path(settings_, envelope_.recipients[index]);
    if (!features_.dsn) return command;
    const mail::Notify notify{static_cast<std::uint8_t>(recipient.notify)};
    if (notify.bits != mail::Notify::none) command += " NOTIFY=" + notify.text();
    const std::string original =
        !recipient.dsn_orcpt.empty() ? recipient.dsn_orcpt
        : recipient.original.empty() ? ""
                                     : "rfc822;" + mail::external(recipient.original);
    if (const auto orcpt = mail::parse_dsn_orig_rcpt(original))
        command += " ORCPT=" + orcpt->coded(features_.smtputf8);
    return command;
}

/// flags=DOR of master.cf; the addresses are those of a job with one recipient.
std::string Transaction::prepended_header() const {
    std::string header;
    const auto& recipient = request_.recipients[accepted_.front()];
    if (flags_.return_path)
        header += "Return-Path: " + mail::bracketed(envelope_.sender) + "\n";
    if (flags_.original_recipient)
        header += "X-Original-To: " + mail::external(recipient.original) + "\n";
    if (flags_.delivered_to)
        header += "Delivered-To: " + mail::external(recipient.address) + "\n";
    return header;
}

ContentShape Transaction::content_shape() const {
    ContentShape shape;
    shape.line_length_limit = settings_.line_length_limit;
    shape.replaces_stray_cr_lf = settings_.replace_stray_cr_lf;
    // RFC 6152 section 3: what the server does not take must be encoded.
    shape.is_downgraded = is_eight_bit() && !features_.eight_bit_mime &&
                          !settings_.disable_mime_output_conversion;
    shape.mime.header_size = settings_.header_size_limit;
    shape.mime.nesting = settings_.mime_nesting_limit;
    shape.mime.boundary_length = settings_.mime_boundary_length_limit;
    shape.prepended = prepended_header();
    if (!checks_.empty())
        shape.rules = {&checks_, settings_.body_checks_size_limit, request_.queue_id, session_.log()};
    shape.rewriter = rewriter_;
    shape.holds_dot_back = session_.delays_final_dot;
    return shape;
}

}  // namespace postern::smtp
