// Attributes for policy services; see the header.
#include "smtpd/rules/policy_request.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/dsn.h"

#include <fmt/format.h>

namespace postern::smtpd {

namespace {

/// Attributes as they go on the wire.
class Attributes {
public:
    void add(std::string_view name, std::string_view value) {
        text_ += name;
        text_ += '=';
        for (const char c : value)
            text_ += is_control(c) ? '?' : c;
        text_ += '\n';
    }
    void add(std::string_view name, std::uint64_t value) { add(name, std::to_string(value)); }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

bool is_after_recipients(const Evaluation& evaluation) {
    return evaluation.subject() == Subject::data || evaluation.subject() == Subject::end_of_data;
}

/// The recipient of RCPT; later the only one.
std::string recipient_of(const Evaluation& evaluation) {
    if (evaluation.recipient()) return *evaluation.recipient();
    const Transaction* mail = evaluation.session().mail.get();
    if (!mail || mail->recipients.size() != 1) return "";
    return mail->recipients.front().address;
}

std::uint64_t recipient_count(const Evaluation& evaluation) {
    const Transaction* mail = evaluation.session().mail.get();
    return mail && is_after_recipients(evaluation) ? mail->recipients.size() : 0;
}

std::uint64_t size_of(const Transaction* mail) {
    if (!mail) return 0;
    return mail->content_size > 0 ? mail->content_size : mail->parameters.size;
}

void add_connection(Attributes& attributes, const Session& session) {
    const Client& client = session.client;
    attributes.add("client_address", client.address);
    attributes.add("client_name", client.name);
    attributes.add("client_port", client.port);
    attributes.add("reverse_client_name", client.reverse_name);
    attributes.add("server_address", session.local.is_ip() ? session.local.host() : "");
    attributes.add("server_port", session.local.is_ip() ? session.local.port() : 0);
}

void add_mail(Attributes& attributes, const Evaluation& evaluation) {
    const Session& session = evaluation.session();
    const Transaction* mail = session.mail.get();
    attributes.add("helo_name", session.helo);
    attributes.add("sender", mail ? mail->sender : "");
    attributes.add("recipient", recipient_of(evaluation));
    attributes.add("recipient_count", recipient_count(evaluation));
    attributes.add("queue_id", session.queue_id());
    attributes.add("instance", mail ? session.instance() : "");
    attributes.add("size", size_of(mail));
    attributes.add("etrn_domain",
                   evaluation.etrn_site() ? std::string_view(*evaluation.etrn_site()) : "");
}

void add_identity(Attributes& attributes, const Session& session) {
    const report::Login login = session.login_report();
    attributes.add("sasl_method", login.method);
    attributes.add("sasl_username", login.username);
    attributes.add("sasl_sender", login.sender);
    const tls::Established none;
    const tls::Established& tls = session.tls ? *session.tls : none;
    // Names only of who has proved that they are theirs.
    attributes.add("ccert_subject", tls.peer.is_trusted ? mail::xtext(tls.peer.subject) : "");
    attributes.add("ccert_issuer", tls.peer.is_trusted ? mail::xtext(tls.peer.issuer) : "");
    attributes.add("ccert_fingerprint", tls.peer.fingerprint);
    attributes.add("ccert_pubkey_fingerprint", tls.peer.key_fingerprint);
    attributes.add("encryption_protocol", tls.protocol);
    attributes.add("encryption_cipher", tls.cipher);
    attributes.add("encryption_keysize", static_cast<std::uint64_t>(tls.bits));
}

}  // namespace

std::string policy_request(const Evaluation& evaluation, std::string_view policy_context) {
    const Session& session = evaluation.session();
    Attributes attributes;
    attributes.add("request", "smtpd_access_policy");
    attributes.add("protocol_state", evaluation.stage() == "BDAT" ? "DATA" : evaluation.stage());
    attributes.add("protocol_name", session.is_esmtp ? "ESMTP" : "SMTP");
    add_connection(attributes, session);
    add_mail(attributes, evaluation);
    attributes.add("stress", session.is_stressed ? "yes" : "");
    add_identity(attributes, session);
    attributes.add("policy_context", policy_context);
    attributes.add("compatibility_level", session.settings().compatibility_level);
    attributes.add("mail_version", session.settings().mail_version);
    attributes.add("tls_sni", session.tls ? session.tls->requested_name : "");
    return attributes.take();
}

}  // namespace postern::smtpd
