// Envelopes; see the header.
#include "smtpd/envelope.h"

#include "lib/base/strings.h"
#include "lib/mail/made_headers.h"
#include "lib/queue/record.h"
#include "lib/queue/tls_wishes.h"
#include "smtpd/milter_events.h"
#include "smtpd/sasl.h"
#include "smtpd/tls.h"

#include <fmt/format.h>

namespace postern::smtpd {

using queue::append_attribute;
using queue::append_record;
using queue::RecordType;

namespace {

void append_known(std::string& records, std::string_view name, std::string_view value) {
    if (!value.empty()) append_attribute(records, name, value);
}

std::string_view or_unknown(const std::string& value) {
    return value.empty() ? "unknown" : std::string_view(value);
}

/// The same, as XFORWARD says it of the client behind a filter.
void append_forwarded(std::string& records, const ForwardedClient& origin) {
    append_attribute(records, "log_client_name", or_unknown(origin.name));
    append_attribute(records, "log_client_address", or_unknown(origin.address));
    append_attribute(records, "log_client_port", or_unknown(origin.port));
    append_attribute(records, "log_message_origin",
                     fmt::format("{}[{}]", or_unknown(origin.name), or_unknown(origin.address)));
    append_known(records, "log_helo_name", origin.helo);
    append_known(records, "log_protocol_name", origin.protocol);
    append_known(records, "log_ident", origin.ident);
}

/// What logs and delivery agents tell of the client.
void append_log_attributes(std::string& records, const Session& session) {
    if (session.forwarded) return append_forwarded(records, *session.forwarded);
    const Client& client = session.client;
    append_attribute(records, "log_client_name", client.name);
    append_attribute(records, "log_client_address", client.mail_address());
    append_attribute(records, "log_client_port", std::to_string(client.port));
    append_attribute(records, "log_message_origin", client.text());
    append_known(records, "log_helo_name", session.helo);
    append_attribute(records, "log_protocol_name", session.protocol());
}

/// What filters are told of it.
void append_client_attributes(std::string& records, const Session& session) {
    const Client& client = session.client;
    append_attribute(records, "client_name", client.name);
    append_attribute(records, "reverse_client_name", client.reverse_name);
    append_attribute(records, "client_address", client.mail_address());
    append_attribute(records, "client_port", std::to_string(client.port));
    if (session.local.is_ip()) {
        append_attribute(records, "server_address", client_at(session.local).mail_address());
        append_attribute(records, "server_port", std::to_string(session.local.port()));
    }
    append_known(records, "helo_name", session.helo);
    append_attribute(records, "protocol_name", session.protocol());
    append_attribute(records, "client_address_type", std::to_string(client.family));
}

void append_login(std::string& records, const Session& session) {
    const report::Login login = session.login_report();
    append_known(records, "sasl_method", login.method);
    append_known(records, "sasl_username", login.username);
    append_known(records, "sasl_sender", login.sender);
}

void append_recipient(std::string& records, const AcceptedRecipient& recipient) {
    if (recipient.notify.bits != 0)
        append_attribute(records, "notify_flags", std::to_string(recipient.notify.bits));
    append_attribute(records, "dsn_orig_rcpt", recipient.dsn_orcpt);
    append_record(records, RecordType::recipient, recipient.address);
}

void append_actions(std::string& records, const Settings& settings, const Actions& actions) {
    const std::string& filter =
        actions.content_filter.empty() ? settings.content_filter : actions.content_filter;
    if (!filter.empty()) append_record(records, RecordType::content_filter, filter);
    if (!actions.redirect.empty()) append_record(records, RecordType::redirect, actions.redirect);
    for (const std::string& address : actions.bcc) {
        append_attribute(records, "notify_flags", std::to_string(mail::Notify::never));
        append_record(records, RecordType::recipient, address);
    }
}

/// Where the queue id goes, which only cleanup knows.
constexpr std::string_view id_mark = "\x01";

/// RFC 3848, RFC 6531 section 4.3: what was done for security is part of the protocol's name.
std::string with_protocol(const Session& session) {
    std::string name(session.mail->parameters.is_smtputf8 ? "UTF8SMTP" : session.protocol());
    if (!session.is_esmtp) return name;
    if (session.is_encrypted) name += 'S';
    if (session.login) name += 'A';
    return name;
}

/// smtpd_sasl_authenticated_header.
std::string login_text(const Session& session) {
    // XCLIENT names a login even where nobody can log in.
    const bool is_told = session.house.authentication && session.house.authentication->is_told_in_header();
    if (!session.login || !is_told) return {};
    return fmt::format("(Authenticated sender: {})", session.login->username);
}

/// What stands in parentheses, a line each.
std::string security_text(const Session& session) {
    const std::string encryption =
        session.house.tls ? session.house.tls->received_text(session) : "";
    const std::string login = login_text(session);
    return encryption.empty() || login.empty() ? encryption + login : encryption + "\n" + login;
}

/// PREPEND actions, and Received:.
std::string own_fields(const Session& session, std::string_view queue_id) {
    const Settings& settings = session.settings();
    mail::Received received;
    if (!settings.smtpd_hide_client_session) {
        received.helo = session.helo.empty() ? session.client.name : session.helo;
        received.client_name = session.client.name;
        received.client_address = session.client.address;
        received.is_ipv6 = session.client.family == AF_INET6;
        received.protocol = with_protocol(session);
        received.security = security_text(session);
    }
    received.by = settings.myhostname;
    received.mail_name = settings.mail_name;
    received.queue_id = queue_id;
    if (session.mail->recipients.size() == 1)
        received.recipient = session.mail->recipients[0].address;
    received.time = session.house.loop.clock().wall();
    std::string text;
    for (const std::string& header : session.mail->actions.prepend)
        text += header + "\n";
    return text + mail::received_field(received);
}

}  // namespace

service::Submit submit_request(const Session& session) {
    const Settings& settings = session.settings();
    const Transaction& mail = *session.mail;
    service::Submit request;
    request.options.filters = settings.filters;
    request.options.maps_addresses = settings.maps_addresses;
    request.options.adds_bcc = settings.maps_addresses;
    request.options.adds_missing_headers = mail.is_local_context;
    request.options.holds = mail.actions.holds;
    request.options.awaits_edits = is_for_milters(session);
    request.options.smtputf8 = mail.parameters.is_smtputf8;
    request.is_reported = mail.queue_id.empty();  // otherwise that is in the log already
    const std::string received = own_fields(session, id_mark);
    const auto mark = received.find(id_mark);
    request.received_before = received.substr(0, mark);
    request.received_after = received.substr(mark + id_mark.size());
    return request;
}

std::string envelope_records(const Session& session) {
    const Transaction& mail = *session.mail;
    std::string records;
    const auto since_epoch = mail.began.time_since_epoch();
    append_record(records, RecordType::time,
                  fmt::format("{} {}", to_unix(mail.began), since_epoch.count() % 1000000));
    append_attribute(records, "rewrite_context", mail.is_local_context ? "local" : "remote");
    append_known(records, "envelope_id", mail.parameters.envelope_id);
    if (mail.parameters.ret != mail::ReturnContent::unspecified)
        append_attribute(records, "ret_flags",
                         std::to_string(static_cast<int>(mail.parameters.ret)));
    if (mail.parameters.requires_tls) append_attribute(records, queue::requiretls, "yes");
    append_actions(records, session.settings(), mail.actions);
    if (!mail.parameters.verp_delimiters.empty())
        append_record(records, RecordType::verp, mail.parameters.verp_delimiters);
    append_record(records, RecordType::sender, mail.sender);
    append_known(records, "encoding", mail.parameters.body);
    append_log_attributes(records, session);
    append_client_attributes(records, session);
    append_login(records, session);
    for (const AcceptedRecipient& recipient : mail.recipients)
        append_recipient(records, recipient);
    append_record(records, RecordType::content, {});
    return records;
}

std::string posted_records(const Session& session, const std::string& queue_id) {
    const Transaction& mail = *session.mail;
    std::string records;
    append_known(records, "envelope_id", mail.parameters.envelope_id);
    if (mail.parameters.ret != mail::ReturnContent::unspecified)
        append_attribute(records, "ret_flags",
                         std::to_string(static_cast<int>(mail.parameters.ret)));
    append_attribute(records, "rewrite_context", "local");
    append_record(records, RecordType::sender, mail.sender);
    append_known(records, "encoding", mail.parameters.body);
    for (const AcceptedRecipient& recipient : mail.recipients)
        append_recipient(records, recipient);
    append_record(records, RecordType::content, {});
    const std::string received = own_fields(session, queue_id);
    for (const std::string_view line : split(received, "\n"))
        append_record(records, RecordType::line, line);
    return records;
}

std::string proxied_fields(const Session& session) {
    // Whoever says XFORWARD stands between two of us, of which the other adds it.
    std::string fields = session.forwarded ? "" : own_fields(session, "") + "\n";
    if (session.mail->parameters.requires_tls && session.settings().requiretls_esmtp_header)
        fields += "Require-TLS-ESMTP: yes\n";
    return fields;
}

std::string closing_records() {
    std::string records;
    append_record(records, RecordType::extracted, {});
    append_record(records, RecordType::end, {});
    return records;
}

}  // namespace postern::smtpd
