// The client's handshake; see the header.
#include "lib/tls/client.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/report/tls_events.h"
#include "lib/tls/certificate.h"
#include "lib/tls/connection.h"
#include "lib/tls/context.h"
#include "lib/tls/farewell.h"
#include "lib/tls/dane_digests.h"
#include "lib/tls/handshake_log.h"
#include "lib/tls/random.h"
#include "lib/tls/raw_keys.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <fmt/format.h>

#include <algorithm>

namespace postern::tls {

namespace {

int accept_any_chain(int, X509_STORE_CTX*) { return 1; }

/// Sessions that come after the handshake too (RFC 8446 section 4.6.1).
int keep_session(SSL* ssl, SSL_SESSION* session) {
    const Connection& connection = Connection::of(ssl);
    if (!connection.keep || SSL_SESSION_is_resumable(session) != 1) return 0;
    const int size = i2d_SSL_SESSION(session, nullptr);
    if (size <= 0) return 0;
    std::string text(static_cast<std::size_t>(size), '\0');
    auto* out = reinterpret_cast<unsigned char*>(text.data());
    i2d_SSL_SESSION(session, &out);
    connection.keep("", std::move(text));
    return 0;
}

bool is_dane(Level level) { return level == Level::dane || level == Level::dane_only; }

/// Certificates of a file that are trusted whoever signed them, in the place of all others.
Result<void> trust_only(SSL* ssl, const std::string& file) {
    auto pem = read_file(file, 1u << 20);
    if (!pem) return pem.error();
    const BioHandle input = memory_bio(*pem);
    std::unique_ptr<X509_STORE, Freed<X509_STORE_free>> store(X509_STORE_new());
    std::size_t count = 0;
    while (CertificateHandle one{PEM_read_bio_X509_AUX(input.get(), nullptr, nullptr, nullptr)}) {
        X509_STORE_add_cert(store.get(), one.get());
        ++count;
    }
    ERR_clear_error();
    if (count == 0) return permanent("no certificate in " + file);
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    SSL_set0_verify_cert_store(ssl, store.release());
    return success();
}

}  // namespace

namespace {

std::string one_line(const X509_NAME* name) {
    const std::unique_ptr<char, void (*)(char*)> text(X509_NAME_oneline(name, nullptr, 0),
                                                      [](char* it) { OPENSSL_free(it); });
    return text ? printable(text.get()) : "";
}

std::string pem_of(X509* certificate) {
    const BioHandle memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(memory.get(), certificate);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : "";
}

}  // namespace

std::vector<ChainLink> chain_of(const event::Stream& stream, const std::string& digest) {
    std::vector<ChainLink> links;
    const auto* connection = static_cast<const Connection*>(stream.filter());
    const EVP_MD* kind = digest_named(digest);
    if (!connection || !kind) return links;
    STACK_OF(X509)* chain = SSL_get_peer_cert_chain(connection->ssl());
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        X509* one = sk_X509_value(chain, i);
        links.push_back({one_line(X509_get_subject_name(one)), one_line(X509_get_issuer_name(one)),
                         certificate_fingerprint(one, kind), key_fingerprint(one, kind), pem_of(one)});
    }
    return links;
}

std::string ClientPolicy::text() const {
    std::string text = fmt::format("{} {} {} {} ", name_of(level), protocols, ciphers, server_name);
    for (const auto* list : {&excluded_ciphers, &names, &fingerprints, &tlsa_names})
        for (const std::string& one : *list) text += one + ",";
    for (const TlsaRecord& record : tlsa)
        text += fmt::format("{} {} {} ", record.usage, record.selector, record.matching_type) + record.data;
    return text + trust_anchor_file + (prefers_bare_key ? " bare" : "");
}

bool ClientPolicy::asks_bare_key() const {
    constexpr std::uint8_t dane_ee = 3, public_key = 1;   // RFC 7218
    const auto is_key = [](const TlsaRecord& record) {
        return record.usage == dane_ee && record.selector == public_key;
    };
    if (is_dane(level)) return !tlsa.empty() && std::ranges::all_of(tlsa, is_key);
    // What authorities sign is certificates.
    return prefers_bare_key && level != Level::verify && level != Level::secure;
}

class Client::Engine {
public:
    static Result<std::unique_ptr<Engine>> make(CommonSettings common, SideSettings side,
                                                SessionStore* store, SessionCache cache, TraceGate* gate);
    const std::vector<std::string>& warnings() const noexcept { return warnings_; }
    Task<Result<Established>> connect(event::Stream& stream, std::string peer,
                                      std::string session_name, ClientPolicy policy,
                                      Reporter reporter, LogLevel log_level, Deadline deadline);

private:
    Engine(CommonSettings common, SideSettings side, SessionStore* store, SessionCache cache, TraceGate* gate)
        : common_(std::move(common)), side_(std::move(side)), store_(store), cache_(cache), gate_(gate) {}

    Result<void> set_up();
    void set_up_dane();
    Result<std::unique_ptr<Connection>> begin(const ClientPolicy& policy) const;
    Result<void> apply(SSL* ssl, const ClientPolicy& policy) const;
    Result<void> apply_dane(SSL* ssl, const ClientPolicy& policy) const;
    Task<void> offer_session(Connection& connection, std::string key);
    Established established(SSL* ssl, const ClientPolicy& policy) const;
    void judge(SSL* ssl, X509* certificate, const ClientPolicy& policy, PeerCertificate& peer) const;

    const CommonSettings common_;
    const SideSettings side_;
    SessionStore* const store_;   // null: sessions are not kept
    Seeding seeding_;
    const SessionCache cache_;
    TraceGate* const gate_;
    ContextHandle context_;
    std::vector<std::string> warnings_;
};

Result<std::unique_ptr<Client::Engine>> Client::Engine::make(CommonSettings common, SideSettings side,
                                                             SessionStore* store, SessionCache cache,
                                                             TraceGate* gate) {
    const bool keeps = store && !side.session_cache_database.empty() && side.session_cache_timeout > seconds(0);
    std::unique_ptr<Engine> engine(
        new Engine(std::move(common), std::move(side), keeps ? store : nullptr, cache, gate));
    if (auto done = engine->set_up(); !done) return done.error();
    return engine;
}

Result<void> Client::Engine::set_up() {
    auto made = make_context(common_, side_, TLS_client_method());
    if (!made) return made.error();
    context_ = std::move(made->context);
    warnings_ = std::move(made->warnings);
    SSL_CTX* context = context_.get();
    set_up_dane();
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, accept_any_chain);
    if (store_) {
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL |
                                                    SSL_SESS_CACHE_NO_AUTO_CLEAR);
        SSL_CTX_sess_set_new_cb(context, keep_session);
        SSL_CTX_set_timeout(context, static_cast<long>(side_.session_cache_timeout.count()));
    } else {
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    }
    ERR_clear_error();
    return success();
}

/// The strongest digest that a server publishes counts, and no other (RFC 7671 section 9).
void Client::Engine::set_up_dane() {
    const auto digests = parse_dane_digests(common_.dane_digests);
    if (!digests) {
        warnings_.push_back(digests.error().text + "; DANE cannot be used");
        return;
    }
    SSL_CTX_dane_enable(context_.get());
    auto strength = static_cast<std::uint8_t>(digests->size());
    for (const auto known : {std::uint8_t{1}, std::uint8_t{2}})   // OpenSSL's own
        SSL_CTX_dane_mtype_set(context_.get(), nullptr, known, 0);
    for (const DaneDigest& digest : *digests)
        SSL_CTX_dane_mtype_set(context_.get(), digest_named(digest.name), digest.matching_type, strength--);
}

Result<void> Client::Engine::apply_dane(SSL* ssl, const ClientPolicy& policy) const {
    const char* base = policy.tlsa_names.empty() ? "" : policy.tlsa_names[0].c_str();
    if (SSL_dane_enable(ssl, base) != 1) return permanent("DANE: " + take_library_reason());
    SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
    for (std::size_t i = 1; i < policy.tlsa_names.size(); ++i)
        SSL_add1_host(ssl, policy.tlsa_names[i].c_str());
    for (const TlsaRecord& record : policy.tlsa)
        std::ignore = SSL_dane_tlsa_add(   // what cannot be used does not count
            ssl, record.usage, record.selector, record.matching_type,
            reinterpret_cast<const unsigned char*>(record.data.data()), record.data.size());
    ERR_clear_error();
    return success();
}

Result<void> Client::Engine::apply(SSL* ssl, const ClientPolicy& policy) const {
    auto protocols = Protocols::parse(policy.protocols);
    if (!protocols) return protocols.error().in("aborting TLS session");
    SSL_set_min_proto_version(ssl, protocols->lowest);
    SSL_set_max_proto_version(ssl, protocols->highest);
    SSL_set_options(ssl, protocols->excluded);
    auto excluded = policy.excluded_ciphers;
    // A server without a certificate cannot be the one that is wanted.
    if (must_match(policy.level)) excluded.emplace_back("aNULL");
    auto ciphers = cipher_list(common_, policy.ciphers, excluded);
    if (!ciphers) return ciphers.error();
    if (SSL_set_cipher_list(ssl, ciphers->c_str()) != 1)
        return permanent(fmt::format("TLS cipher list \"{}\" has no cipher", *ciphers));
    if (!policy.server_name.empty()) SSL_set_tlsext_host_name(ssl, policy.server_name.c_str());
    if (!policy.trust_anchor_file.empty())
        if (auto done = trust_only(ssl, policy.trust_anchor_file); !done) return done;
    allow_raw_keys(ssl, policy.asks_bare_key());
    if (is_dane(policy.level)) return apply_dane(ssl, policy);
    return success();
}

Result<std::unique_ptr<Connection>> Client::Engine::begin(const ClientPolicy& policy) const {
    auto connection = std::make_unique<Connection>(SslHandle(SSL_new(context_.get())));
    SSL_set_connect_state(connection->ssl());
    if (auto done = apply(connection->ssl(), policy); !done) return done.error();
    return connection;
}

/// Continues an earlier session, where one is known; whatever comes is kept for the next.
Task<void> Client::Engine::offer_session(Connection& connection, std::string key) {
    connection.keep = [this, key](std::string, std::string session) {
        store_->save(cache_, key, std::move(session));
    };
    auto found = co_await store_->find(cache_, key);
    if (!found || !*found) co_return;
    const auto* data = reinterpret_cast<const unsigned char*>((*found)->data());
    const SessionHandle session(d2i_SSL_SESSION(nullptr, &data, static_cast<long>((*found)->size())));
    if (session) SSL_set_session(connection.ssl(), session.get());
    ERR_clear_error();
}

void Client::Engine::judge(SSL* ssl, X509* certificate, const ClientPolicy& policy,
                           PeerCertificate& peer) const {
    const long verified = SSL_get_verify_result(ssl);
    if (policy.level == Level::fingerprint) {
        // A server that may send its key bare sends no certificate some day.
        peer.is_trusted = peer.is_matched =
            is_one_of(peer.key_fingerprint, policy.fingerprints) ||
            (!policy.prefers_bare_key && is_one_of(peer.fingerprint, policy.fingerprints));
        if (!peer.is_matched) explain(peer, X509_V_ERR_UNSPECIFIED, certificate);
        return;
    }
    peer.is_trusted = verified == X509_V_OK;
    if (!peer.is_trusted) explain(peer, verified, certificate);
    if (!peer.is_trusted || !must_match(policy.level)) return;
    const bool wild = common_.wildcard_matches_multiple_labels;
    peer.is_matched = is_dane(policy.level) ||
                      std::any_of(policy.names.begin(), policy.names.end(), [&](const std::string& name) {
                          return has_name(certificate, name, wild);
                      });
    if (!peer.is_matched) explain(peer, X509_V_ERR_HOSTNAME_MISMATCH, certificate);
}

Established Client::Engine::established(SSL* ssl, const ClientPolicy& policy) const {
    Established made = describe(ssl);
    const EVP_MD* digest = digest_named(side_.fingerprint_digest);
    const CertificateHandle certificate(SSL_get1_peer_certificate(ssl));
    const EVP_PKEY* bare_key = raw_key_of_peer(ssl);
    made.has_peer = certificate || bare_key;
    if (!made.has_peer) return made;
    made.peer = certificate ? describe(certificate.get(), digest) : describe(bare_key, digest);
    judge(ssl, certificate.get(), policy, made.peer);
    return made;
}

Task<Result<Established>> Client::Engine::connect(event::Stream& stream, std::string peer,
                                                  std::string session_name, ClientPolicy policy,
                                                  Reporter reporter, LogLevel log_level, Deadline deadline) {
    if (store_) co_await seeding_.before_first_handshake(*store_);
    auto begun = begin(policy);
    if (!begun) {
        reporter.log().warning("{}: {}", peer, begun.error().text);
        co_return begun.error();
    }
    Connection& connection = **begun;
    connection.now = stream.loop().clock().wall();
    connection.parts_fast = common_.fast_shutdown;
    if (store_) co_await offer_session(connection, session_name + " " + policy.text());
    if (log_level.number >= 2) {
        reporter.log().info("setting up TLS connection to {}", peer);
        if (!policy.server_name.empty()) reporter.log().info("{}: SNI hostname: {}", peer, policy.server_name);
        trace_handshake(connection, reporter.log(), log_level);
    }
    if (log_level.traces && gate_)
        co_await begin_trace_file(connection, *gate_, common_, side_.trace_size_limit, peer, reporter.log());
    auto shaken = co_await shake_hands(stream, connection, deadline);
    if (!shaken) {
        reporter.report(report::TlsHandshakeFailed{report::TlsSide::client, peer, shaken.error().text});
        for (const std::string& problem : take_library_errors())
            reporter.report(report::TlsLibraryProblem{problem});
        if (store_) store_->remove(cache_, session_name + " " + policy.text());
        co_return shaken.error();
    }
    Established made = established(connection.ssl(), policy);
    if (must_match(policy.level) && !made.peer.is_matched && !made.peer.problem.empty())
        reporter.report(report::TlsPeerUnverified{peer, made.peer.problem});
    if (log_level.number >= 2 && made.has_peer)
        reporter.log().info("{}: {}", peer, made.peer.summary());
    if (log_level.number >= 1) report_established(report::TlsSide::client, made, peer, reporter);
    end_handshake_trace(connection, log_level);
    stream.set_filter(std::move(*begun));
    co_return made;
}

Client::Client(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::make(CommonSettings common, SideSettings side,
                                             SessionStore* store, SessionCache cache,
                                             TraceGate* gate) {
    auto engine = Engine::make(std::move(common), std::move(side), store, cache, gate);
    if (!engine) return engine.error();
    return std::unique_ptr<Client>(new Client(std::move(*engine)));
}

const std::vector<std::string>& Client::warnings() const noexcept { return engine_->warnings(); }

Task<Result<Established>> Client::connect(event::Stream& stream, std::string peer,
                                          std::string session_name, ClientPolicy policy,
                                          Reporter reporter, LogLevel log_level, Deadline deadline) {
    return engine_->connect(stream, std::move(peer), std::move(session_name), std::move(policy), reporter,
                            log_level, deadline);
}

Task<void> Client::part(event::Stream& stream, Deadline deadline) { return tls::part(stream, deadline); }

}  // namespace postern::tls
