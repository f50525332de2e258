// TLS connections; see the header.
#include "lib/tls/connection.h"

#include "lib/tls/raw_keys.h"

#include <openssl/err.h>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace postern::tls {

using event::IoResult;

Connection::Connection(SslHandle ssl) : ssl_(std::move(ssl)) {
    SSL_set_app_data(ssl_.get(), this);
}

Connection::~Connection() {
    if (!is_broken_ && SSL_is_init_finished(ssl())) say_farewell();
}

void Connection::attach(int fd) {
    SSL_set_fd(ssl(), fd);
    cork_.attach(ssl());
}

void Connection::say_farewell() {
    if (SSL_get_shutdown(ssl()) & SSL_SENT_SHUTDOWN) return;
    SSL_shutdown(ssl());
    ERR_clear_error();
}

Connection& Connection::of(const SSL* ssl) {
    return *static_cast<Connection*>(SSL_get_app_data(ssl));
}

IoResult Connection::after(int result) {
    switch (SSL_get_error(ssl(), result)) {
    case SSL_ERROR_WANT_READ: return {IoResult::wait_read};
    case SSL_ERROR_WANT_WRITE: return {IoResult::wait_write};
    default:
        // close_notify, a reset, a bare end, or garbage: nobody can talk on here.
        is_broken_ = SSL_get_shutdown(ssl()) == 0;
        ERR_clear_error();
        return {IoResult::closed};
    }
}

IoResult Connection::read(int, std::span<char> buffer) {
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl(), buffer.data(), buffer.size(), &got);
    if (result == 1) return {IoResult::done, got};
    return after(result);
}

IoResult Connection::write(int, std::string_view data) {
    ERR_clear_error();
    std::size_t done = 0;
    const int result = SSL_write_ex(ssl(), data.data(), data.size(), &done);
    if (result == 1) return {IoResult::done, done};
    return after(result);
}

bool Connection::has_pending() const { return SSL_has_pending(ssl()) == 1; }

namespace {

bool is_end_of_input(int error) {
    if (error == SSL_ERROR_ZERO_RETURN || error == SSL_ERROR_SYSCALL) return true;
    return error == SSL_ERROR_SSL &&
           ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

/// What ended it, when it was not the other side's TLS.
Error broken(const Error& error) {
    if (error.code == Errc::timeout) return {Errc::timeout, "Connection timed out"};
    return {Errc::closed, "lost connection"};
}

}  // namespace

Task<Result<void>> shake_hands(event::Stream& stream, Connection& connection, Deadline deadline,
                               std::function<Task<void>()> at_hello) {
    SSL* ssl = connection.ssl();
    connection.attach(stream.fd());
    // Flights follow each other in small records; the last must not wait for an acknowledgement.
    const int yes = 1;
    std::ignore = ::setsockopt(stream.fd(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);   // or no TCP
    for (;;) {
        ERR_clear_error();
        const int result = SSL_do_handshake(ssl);
        if (result == 1) co_return success();
        const int error = SSL_get_error(ssl, result);
        if (error == SSL_ERROR_WANT_CLIENT_HELLO_CB && at_hello) {
            co_await at_hello();
            connection.may_go_on = true;
            continue;
        }
        if (error == SSL_ERROR_WANT_READ) {
            if (auto ready = co_await stream.readable(deadline); !ready) co_return broken(ready.error());
        } else if (error == SSL_ERROR_WANT_WRITE) {
            if (auto ready = co_await stream.writable(deadline); !ready) co_return broken(ready.error());
        } else if (is_end_of_input(error)) {
            ERR_clear_error();
            co_return Error{Errc::closed, "lost connection"};
        } else {
            co_return permanent("-1");
        }
    }
}

namespace {

std::string curve_name(EVP_PKEY* key) {
    char name[80];
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(key, name, sizeof name, &size) == 1) return name;
    return "unknown";
}

/// "RSA-PSS (2048 bits)", "ECDSA (prime256v1 raw public key)", "Ed25519".
std::string signature_text(EVP_PKEY* key, int signature_type, bool is_bare) {
    if (!key) return "";
    const char* const bare = is_bare ? " raw public key" : "";
    switch (EVP_PKEY_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
        return fmt::format("{} ({} bits{})", signature_type == EVP_PKEY_RSA ? "RSA" : "RSA-PSS",
                           EVP_PKEY_bits(key), bare);
    case EVP_PKEY_EC: return fmt::format("ECDSA ({}{})", curve_name(key), bare);
    case EVP_PKEY_DSA: return fmt::format("DSA ({} bits{})", EVP_PKEY_bits(key), bare);
    default: {
        const char* name = EVP_PKEY_get0_type_name(key);
        return name ? fmt::format("{}{}", name, is_bare ? " (raw public key)" : "") : "";
    }
    }
}

std::string digest_name(int nid) { return nid == NID_undef ? "" : OBJ_nid2sn(nid); }

std::string key_exchange(SSL* ssl) {
    EVP_PKEY* raw = nullptr;
    if (SSL_get_peer_tmp_key(ssl, &raw) != 1) return "";
    const KeyHandle key(raw);
    switch (EVP_PKEY_base_id(raw)) {
    case EVP_PKEY_EC: return "ECDHE (" + curve_name(raw) + ")";
    case EVP_PKEY_DH: return fmt::format("DHE ({} bits)", EVP_PKEY_bits(raw));
    default: {
        const char* name = EVP_PKEY_get0_type_name(raw);
        return name ? name : "";
    }
    }
}

/// TLS 1.3 names neither in its cipher.
void describe_signatures(SSL* ssl, Established& made) {
    made.key_exchange = key_exchange(ssl);
    const bool is_server = SSL_is_server(ssl) == 1;
    int type = NID_undef, digest = NID_undef;
    const X509* own = SSL_get_certificate(ssl);
    if (own && SSL_get_signature_type_nid(ssl, &type) == 1) {
        SSL_get_signature_nid(ssl, &digest);
        auto& signature = is_server ? made.server_signature : made.client_signature;
        signature = signature_text(X509_get0_pubkey(own), type, sent_raw_key(ssl));
        (is_server ? made.server_digest : made.client_digest) = digest_name(digest);
    }
    const CertificateHandle peer(SSL_get1_peer_certificate(ssl));
    EVP_PKEY* const bare_key = raw_key_of_peer(ssl);
    if ((peer || bare_key) && SSL_get_peer_signature_type_nid(ssl, &type) == 1) {
        SSL_get_peer_signature_nid(ssl, &digest);
        auto& signature = is_server ? made.client_signature : made.server_signature;
        signature = signature_text(peer ? X509_get0_pubkey(peer.get()) : bare_key, type, !peer);
        (is_server ? made.client_digest : made.server_digest) = digest_name(digest);
    }
}

}  // namespace

Established describe(const SSL* ssl) {
    Established made;
    made.protocol = SSL_get_version(ssl);
    made.is_reused = SSL_session_reused(ssl) == 1;
    if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl)) {
        made.cipher = SSL_CIPHER_get_name(cipher);
        made.bits = SSL_CIPHER_get_bits(cipher, &made.algorithm_bits);
    }
    if (SSL_version(ssl) >= TLS1_3_VERSION) describe_signatures(const_cast<SSL*>(ssl), made);
    return made;
}

}  // namespace postern::tls
