// The server's handshake; see the header.
#include "lib/tls/server.h"

#include "lib/base/base64.h"
#include "lib/base/strings.h"
#include "lib/report/tls_events.h"
#include "lib/tls/certificate.h"
#include "lib/tls/connection.h"
#include "lib/tls/context.h"
#include "lib/tls/farewell.h"
#include "lib/tls/handshake_log.h"
#include "lib/tls/random.h"
#include "lib/tls/raw_keys.h"
#include "lib/tls/ticket_keys.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace postern::tls {

namespace {

// What OpenSSL calls during a handshake

/// Pauses at ClientHello once, for what must be looked up before going on.
int read_client_hello(SSL* ssl, int*, void*) {
    Connection& connection = Connection::of(ssl);
    if (connection.may_go_on) return SSL_CLIENT_HELLO_SUCCESS;
    const unsigned char* data = nullptr;
    std::size_t size = SSL_client_hello_get0_session_id(ssl, &data);
    connection.session_id.assign(reinterpret_cast<const char*>(data), size);
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &data, &size) == 1 && size > 5) {
        // RFC 6066 section 3: length of the list, type 0, length of the name, the name.
        const std::size_t length = std::size_t{data[3]} << 8 | data[4];
        if (data[2] == TLSEXT_NAMETYPE_host_name && length <= size - 5)
            connection.requested_name.assign(reinterpret_cast<const char*>(data + 5), length);
    }
    return SSL_CLIENT_HELLO_RETRY;
}

/// Any name will do; whose certificate is shown was decided at ClientHello.
int take_server_name(SSL*, int*, void*) { return SSL_TLSEXT_ERR_OK; }

int accept_any_chain(int, X509_STORE_CTX*) { return 1; }

bool set_mac(EVP_MAC_CTX* mac, const TicketKey& key) {
    char digest[] = "SHA256";
    auto* secret = const_cast<char*>(key.mac_key.data());
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, secret, key.mac_key.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

const EVP_CIPHER* ticket_cipher(SSL* ssl);

const unsigned char* bytes_of(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// 0: no ticket, or a key that is not known; 1: go on; 2: and give the client a new one.
int use_ticket_key(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                   EVP_MAC_CTX* mac, int is_issuing) {
    const Connection& connection = Connection::of(ssl);
    const TicketKeys* keys = connection.ticket_keys;
    if (!keys) return 0;
    const TicketKey* newest = keys->to_issue(connection.now);
    const TicketKey* key = newest;
    if (!is_issuing)
        key = keys->named({reinterpret_cast<char*>(name), TicketKey::name_size}, connection.now);
    if (!key || !set_mac(mac, *key)) return 0;
    const EVP_CIPHER* kind = ticket_cipher(ssl);
    if (is_issuing) {
        std::memcpy(name, key->name.data(), TicketKey::name_size);
        if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(kind)) != 1 ||
            EVP_EncryptInit_ex(cipher, kind, nullptr, bytes_of(key->cipher_key), iv) != 1)
            return -1;
        return 1;
    }
    if (EVP_DecryptInit_ex(cipher, kind, nullptr, bytes_of(key->cipher_key), iv) != 1) return -1;
    // A ticket of TLS 1.3 is used once (RFC 8446 appendix C.4).
    return key == newest && SSL_version(ssl) < TLS1_3_VERSION ? 1 : 2;
}

SSL_SESSION* session_of(SSL* ssl, const unsigned char*, int, int* is_shared) {
    const std::string& cached = Connection::of(ssl).cached_session;
    *is_shared = 0;
    if (cached.empty()) return nullptr;
    const unsigned char* data = bytes_of(cached);
    return d2i_SSL_SESSION(nullptr, &data, static_cast<long>(cached.size()));
}

std::string encoded(SSL_SESSION* session) {
    const int size = i2d_SSL_SESSION(session, nullptr);
    if (size <= 0) return "";
    std::string text(static_cast<std::size_t>(size), '\0');
    auto* out = reinterpret_cast<unsigned char*>(text.data());
    i2d_SSL_SESSION(session, &out);
    return text;
}

int keep_session(SSL* ssl, SSL_SESSION* session) {
    const Connection& connection = Connection::of(ssl);
    unsigned size = 0;
    const unsigned char* id = SSL_SESSION_get_id(session, &size);
    if (connection.keep && size > 0)
        connection.keep({reinterpret_cast<const char*>(id), size}, encoded(session));
    return 0;   // we hold no reference
}

}  // namespace

class Server::Engine {
public:
    static Result<std::unique_ptr<Engine>> make(ServerSettings settings, table::Maps sni_maps,
                                                SessionStore* store, TraceGate* gate);

    Task<Result<Established>> accept(event::Stream& stream, std::string peer, Reporter reporter,
                                     LogLevel log_level, Deadline deadline);
    const std::vector<std::string>& warnings() const noexcept { return warnings_; }
    const EVP_CIPHER* cipher() const noexcept { return ticket_cipher_; }

private:
    Engine(ServerSettings settings, table::Maps sni_maps, SessionStore* store, TraceGate* gate)
        : settings_(std::move(settings)), sni_maps_(std::move(sni_maps)), store_(store), gate_(gate) {}

    Result<void> set_up();
    void set_up_certificates();
    void set_up_sessions();
    bool asks_bare_key() const noexcept {
        return has_raw_keys() && settings_.side.enable_rpk && settings_.side.asks_certificate;
    }
    bool pauses_at_hello() const noexcept { return !sni_maps_.empty() || caches_; }
    Task<void> look_up(Connection& connection, std::string peer, Reporter reporter);
    Task<void> choose_chain(Connection& connection, std::string peer, Reporter reporter);
    Established established(const Connection& connection) const;
    PeerCertificate peer_of(SSL* ssl, X509* certificate, const EVP_PKEY* bare_key) const;

    const ServerSettings settings_;
    const table::Maps sni_maps_;
    SessionStore* const store_;
    TraceGate* const gate_;
    ContextHandle context_;
    std::vector<std::string> warnings_;
    const EVP_CIPHER* ticket_cipher_ = nullptr;   // null: no tickets
    bool caches_ = false;
    TicketKeys ticket_keys_;
    Seeding seeding_;
};

namespace {

const EVP_CIPHER* ticket_cipher(SSL* ssl) {
    return static_cast<const EVP_CIPHER*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
}

}  // namespace

Result<std::unique_ptr<Server::Engine>> Server::Engine::make(ServerSettings settings,
                                                             table::Maps sni_maps,
                                                             SessionStore* store, TraceGate* gate) {
    std::unique_ptr<Engine> engine(new Engine(std::move(settings), std::move(sni_maps), store, gate));
    const SideSettings& side = engine->settings_.side;
    if (!side.has_certificate() && !side.wants_no_certificate && engine->sni_maps_.empty())
        return permanent("No server certs available. TLS won't be enabled");
    if (auto done = engine->set_up(); !done) return permanent(done.error().text + ": disabling TLS support");
    return engine;
}

Result<void> Server::Engine::set_up() {
    const SideSettings& side = settings_.side;
    auto made = make_context(settings_.common, side, TLS_server_method());
    if (!made) return made.error();
    context_ = std::move(made->context);
    warnings_ = std::move(made->warnings);

    std::vector<std::string> excluded;
    if (settings_.side.asks_certificate) excluded.emplace_back("aNULL");
    auto allowed = choice(settings_.common, side, settings_.is_mandatory, std::move(excluded));
    if (!allowed) return allowed.error();
    SSL_CTX* context = context_.get();
    SSL_CTX_set_min_proto_version(context, allowed->protocols.lowest);
    SSL_CTX_set_max_proto_version(context, allowed->protocols.highest);
    SSL_CTX_set_options(context, allowed->protocols.excluded);
    if (SSL_CTX_set_cipher_list(context, allowed->ciphers.c_str()) != 1)
        return permanent(fmt::format("TLS cipher list \"{}\" has no cipher: {}", allowed->ciphers,
                                     take_library_reason()));
    if (const std::string& dh = settings_.side.dh_file; !dh.empty())
        if (auto used = use_dh_parameters(context, dh); !used) warnings_.push_back(used.error().text);
    set_up_certificates();
    set_up_sessions();
    SSL_CTX_set_tlsext_servername_callback(context, take_server_name);
    if (pauses_at_hello()) SSL_CTX_set_client_hello_cb(context, read_client_hello, nullptr);
    ERR_clear_error();
    return success();
}

/// Whether clients are asked for certificates. A bad one does not end the handshake: what it is
/// worth is decided afterwards.
void Server::Engine::set_up_certificates() {
    if (!settings_.side.asks_certificate) return;
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, accept_any_chain);
    if (settings_.trusts_server_certificates)
        SSL_CTX_set_purpose(context_.get(), X509_PURPOSE_ANY);
    if (!settings_.side.ca_file.empty())
        if (auto* names = SSL_load_client_CA_file(settings_.side.ca_file.c_str()))
            SSL_CTX_set_client_CA_list(context_.get(), names);
}

void Server::Engine::set_up_sessions() {
    SSL_CTX* context = context_.get();
    unsigned char id[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(settings_.service.data(), settings_.service.size(), id, &size, EVP_sha256(), nullptr);
    SSL_CTX_set_session_id_context(context, id, size);

    const SideSettings& side = settings_.side;
    const bool may_resume = store_ && side.session_cache_timeout > seconds(0);
    if (may_resume && !(SSL_CTX_get_options(context) & SSL_OP_NO_TICKET)) {
        const std::string& name = settings_.common.session_ticket_cipher;
        ticket_cipher_ = name.empty() ? nullptr : EVP_get_cipherbyname(name.c_str());
        if (!name.empty() && (!ticket_cipher_ || EVP_CIPHER_get_mode(ticket_cipher_) != EVP_CIPH_CBC_MODE ||
                              EVP_CIPHER_get_key_length(ticket_cipher_) > static_cast<int>(TicketKey::secret_size))) {
            warnings_.push_back(fmt::format("tls_session_ticket_cipher: \"{}\" cannot be used; "
                                            "there are no session tickets", name));
            ticket_cipher_ = nullptr;
        }
    }
    caches_ = may_resume && !side.session_cache_database.empty();
    if (ticket_cipher_) {
        SSL_CTX_set_app_data(context, const_cast<EVP_CIPHER*>(ticket_cipher_));
        SSL_CTX_set_tlsext_ticket_key_evp_cb(context, use_ticket_key);
        SSL_CTX_set_num_tickets(context, 1);
    } else {
        SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets(context, 0);
    }
    const bool has_ids = caches_ || settings_.side.issues_session_ids;
    SSL_CTX_set_session_cache_mode(context, has_ids ? SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL |
                                                          SSL_SESS_CACHE_NO_AUTO_CLEAR
                                                    : SSL_SESS_CACHE_OFF);
    if (may_resume) SSL_CTX_set_timeout(context, static_cast<long>(side.session_cache_timeout.count()));
    if (!caches_) return;
    SSL_CTX_sess_set_get_cb(context, session_of);
    SSL_CTX_sess_set_new_cb(context, keep_session);
}

Task<void> Server::Engine::look_up(Connection& connection, std::string peer, Reporter reporter) {
    if (caches_ && !connection.session_id.empty()) {
        auto found = co_await store_->find(settings_.cache, connection.session_id);
        if (found && *found) connection.cached_session = std::move(**found);
    }
    if (!sni_maps_.empty() && !connection.requested_name.empty())
        co_await choose_chain(connection, std::move(peer), reporter);
}

/// tls_server_sni_maps: by the name, then by its parents, ".example".
Task<void> Server::Engine::choose_chain(Connection& connection, std::string peer, Reporter reporter) {
    const std::string name = lower(printable(connection.requested_name, 255));
    std::string key = name;
    for (;;) {
        auto found = co_await sni_maps_.find(key);
        if (!found) {
            reporter.log().warning("tls_server_sni_maps: {}: {}", key, found.error().text);
            co_return;
        }
        if (*found) {
            const auto pem = base64_decoded(**found);
            auto chains = pem ? parse_chains(*pem, "tls_server_sni_maps entry " + key)
                              : permanent("not base64; it must be made by postmap -F");
            const auto used = chains ? use_chains(connection.ssl(), *chains) : chains.error();
            if (!used) reporter.log().warning("tls_server_sni_maps: {}: {}", key, used.error().text);
            else connection.server_name = name;
            co_return;
        }
        const auto dot = key.find('.', 1);
        if (dot == key.npos) break;
        key.erase(0, dot);
    }
    reporter.report(report::TlsNameUnknown{name, peer});
}

PeerCertificate Server::Engine::peer_of(SSL* ssl, X509* certificate, const EVP_PKEY* bare_key) const {
    const EVP_MD* digest = digest_named(settings_.side.fingerprint_digest);
    PeerCertificate peer = certificate ? describe(certificate, digest) : describe(bare_key, digest);
    const long verified = SSL_get_verify_result(ssl);
    peer.is_trusted = verified == X509_V_OK;
    if (!peer.is_trusted) explain(peer, verified, certificate);
    return peer;
}

Established Server::Engine::established(const Connection& connection) const {
    Established made = describe(connection.ssl());
    made.server_name = connection.server_name;
    const char* asked = SSL_get_servername(connection.ssl(), TLSEXT_NAMETYPE_host_name);
    made.requested_name = asked ? printable(asked, 255) : "";
    made.asked_for_certificate = settings_.side.asks_certificate;
    made.asked_for_bare_key = asks_bare_key();
    const CertificateHandle certificate(SSL_get1_peer_certificate(connection.ssl()));
    const EVP_PKEY* bare_key = raw_key_of_peer(connection.ssl());
    made.has_peer = certificate || bare_key;
    if (made.has_peer) made.peer = peer_of(connection.ssl(), certificate.get(), bare_key);
    return made;
}

Task<Result<Established>> Server::Engine::accept(event::Stream& stream, std::string peer,
                                                 Reporter reporter, LogLevel log_level,
                                                 Deadline deadline) {
    stream.consume(stream.buffered().size());
    const WallTime now = stream.loop().clock().wall();
    if (store_) co_await seeding_.before_first_handshake(*store_);
    if (ticket_cipher_) co_await ticket_keys_.refresh(*store_, now);

    auto connection = std::make_unique<Connection>(SslHandle(SSL_new(context_.get())));
    SSL* ssl = connection->ssl();
    SSL_set_accept_state(ssl);
    allow_raw_keys(ssl, asks_bare_key());
    connection->now = now;
    connection->parts_fast = settings_.common.fast_shutdown;
    if (ticket_cipher_ && ticket_keys_.to_issue(now)) connection->ticket_keys = &ticket_keys_;
    else if (!caches_) SSL_set_num_tickets(ssl, 0);
    if (caches_)
        connection->keep = [this](std::string id, std::string session) {
            store_->save(settings_.cache, std::move(id), std::move(session));
        };
    if (log_level.number >= 2) {
        reporter.log().info("setting up TLS connection from {}", peer);
        trace_handshake(*connection, reporter.log(), log_level);
    }
    if (log_level.traces && gate_)
        co_await begin_trace_file(*connection, *gate_, settings_.common, settings_.side.trace_size_limit, peer,
                                  reporter.log());
    Connection& shaking = *connection;
    std::function<Task<void>()> at_hello;
    if (pauses_at_hello()) at_hello = [&] { return look_up(shaking, peer, reporter); };
    auto shaken = co_await shake_hands(stream, shaking, deadline, std::move(at_hello));
    if (!shaken) {
        reporter.report(report::TlsHandshakeFailed{report::TlsSide::server, peer, shaken.error().text});
        for (const std::string& problem : take_library_errors())
            reporter.report(report::TlsLibraryProblem{problem});
        co_return shaken.error();
    }
    Established made = established(shaking);
    if (log_level.number >= 1) report_established(report::TlsSide::server, made, peer, reporter);
    end_handshake_trace(*connection, log_level);
    stream.set_filter(std::move(connection));
    co_return made;
}

Server::Server(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::make(ServerSettings settings, table::Maps sni_maps,
                                             SessionStore* store, TraceGate* gate) {
    auto engine = Engine::make(std::move(settings), std::move(sni_maps), store, gate);
    if (!engine) return engine.error();
    return std::unique_ptr<Server>(new Server(std::move(*engine)));
}

const std::vector<std::string>& Server::warnings() const noexcept { return engine_->warnings(); }

Task<Result<Established>> Server::accept(event::Stream& stream, std::string peer, Reporter reporter,
                                         LogLevel log_level, Deadline deadline) {
    return engine_->accept(stream, std::move(peer), reporter, log_level, deadline);
}

Task<void> Server::part(event::Stream& stream, Deadline deadline) { return tls::part(stream, deadline); }

}  // namespace postern::tls
