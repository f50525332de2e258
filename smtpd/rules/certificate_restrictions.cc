// Restrictions on what TLS tells of the client (TLS_README): its certificate or key.
#include "smtpd/lists.h"
#include "smtpd/rules/access_action.h"
#include "smtpd/rules/functions.h"

namespace postern::smtpd::check {

namespace {

const tls::PeerCertificate* certificate_of(const Evaluation& evaluation) {
    const auto& tls = evaluation.session().tls;
    return tls && tls->has_peer ? &tls->peer : nullptr;
}

/// Of the certificate, then of its key; or as the restriction's search_order says.
std::vector<std::string> fingerprints(const tls::PeerCertificate& peer, const Rule& rule) {
    std::vector<std::string> keys;
    for (const std::string& which : rule.search_order) {
        const std::string& key =
            which == "cert_fingerprint" ? peer.fingerprint : peer.key_fingerprint;
        if (!key.empty()) keys.push_back(key);
    }
    return keys;
}

Task<Verdict> permit_known(Evaluation& evaluation, std::vector<std::string> keys) {
    for (const std::string& key : keys) {
        auto found = co_await evaluation.house().lists.relay_clientcerts.find(key);
        if (!found) co_return evaluation.cannot_tell("relay_clientcerts", found.error());
        if (*found) co_return permit();
    }
    co_return dunno();
}

/// A client that is asked for its bare key sends no certificate any more some day.
Task<void> warn_if_fragile(Evaluation& evaluation, const Rule& rule, std::string action) {
    const tls::PeerCertificate& peer = evaluation.session().tls->peer;
    const auto for_key = co_await rule.tables.find(peer.key_fingerprint);
    if (!for_key || (*for_key && **for_key == action)) co_return;
    evaluation.session().reporter.log().warning(
        "{}: {}: {}: Fragile access policy: smtpd_tls_enable_rpk=yes, but the action for certificate "
        "fingerprint \"{}\" != the action for public key fingerprint \"{}\"",
        rule.name, evaluation.session().client_text(), rule.argument, peer.fingerprint,
        peer.key_fingerprint);
}

Task<Verdict> check_keys(Evaluation& evaluation, const Rule& rule, std::vector<std::string> keys) {
    const std::string name = evaluation.session().client_text();
    for (const std::string& key : keys) {
        auto found = co_await rule.tables.find(key);
        if (!found) co_return evaluation.table_failed(found.error(), name, "Client certificate");
        if (!*found) continue;
        const tls::Established& tls = *evaluation.session().tls;
        if (tls.asked_for_bare_key && key == tls.peer.fingerprint)
            co_await warn_if_fragile(evaluation, rule, **found);
        co_return co_await obey_access(evaluation, std::move(**found), name, "Client certificate",
                                       rule.argument);
    }
    co_return dunno();
}

}  // namespace

// Who is listed need not be trusted, with either.
Answer<Verdict> permit_tls_all_clientcerts(Evaluation& evaluation, const Rule& rule) {
    const auto* peer = certificate_of(evaluation);
    if (peer && peer->is_trusted) return permit();
    return permit_tls_clientcerts(evaluation, rule);
}

Answer<Verdict> permit_tls_clientcerts(Evaluation& evaluation, const Rule&) {
    const auto* peer = certificate_of(evaluation);
    if (!peer || evaluation.house().lists.relay_clientcerts.empty()) return dunno();
    Rule usual;
    usual.search_order = {"cert_fingerprint", "pubkey_fingerprint"};
    return permit_known(evaluation, fingerprints(*peer, usual));
}

Answer<Verdict> ccert_access(Evaluation& evaluation, const Rule& rule) {
    const auto* peer = certificate_of(evaluation);
    if (!peer) return dunno();
    return check_keys(evaluation, rule, fingerprints(*peer, rule));
}

Answer<Verdict> reject_plaintext_session(Evaluation& evaluation, const Rule&) {
    if (evaluation.session().is_encrypted) return dunno();
    const int code = evaluation.settings().codes.plaintext;
    return reject(reply(code, code < 500 ? "4.7.1" : "5.7.1", "Session encryption is required"));
}

}  // namespace postern::smtpd::check
