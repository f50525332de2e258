// What a finished TLS handshake came to: for log lines, Received: fields, restrictions and policy.
#pragma once

#include <string>

namespace postern::tls {

/// What is wrong with a certificate, as a kind.
enum class Flaw { untrusted, expired, wrong_name, other };

/// The certificate, or the bare key (RFC 7250), with which the other side proved who it is.
struct PeerCertificate {
    std::string subject, issuer;    ///< common names; "" where there is none, and for a bare key
    std::string fingerprint;        ///< of the certificate, "AB:CD:..."; "" for a bare key
    std::string key_fingerprint;    ///< of the public key (SubjectPublicKeyInfo), "AB:CD:..."
    bool is_trusted = false;        ///< an authority that we trust has signed it
    bool is_matched = false;        ///< and it is the one that was wanted
    std::string problem;            ///< why it is not trusted or not matched, "untrusted issuer /CN=ca"
    Flaw flaw = Flaw::other;        ///< the kind of the problem

    bool is_bare_key() const noexcept { return fingerprint.empty(); }
    /// "subject_CN=C, issuer_CN=I, fingerprint=F, pkey_fingerprint=K", "raw public key fingerprint=K"
    std::string summary() const;
};

struct Established {
    std::string protocol;           ///< "TLSv1.3"
    std::string cipher;             ///< "TLS_AES_256_GCM_SHA384"
    int bits = 0;                   ///< of the key that the cipher uses
    int algorithm_bits = 0;         ///< of the keys that the algorithm could use
    /// Known from TLS 1.3 on: "X25519"; "RSA-PSS (2048 bits)", "ECDSA (prime256v1)"; "SHA256".
    std::string key_exchange, server_signature, server_digest, client_signature, client_digest;
    bool is_reused = false;         ///< an earlier session was resumed
    bool asked_for_certificate = false;   ///< a server: of its client
    bool asked_for_bare_key = false;      ///< and rather for its key alone
    std::string server_name;        ///< SNI for which a server had its own certificate
    std::string requested_name;     ///< SNI that the client sent, known or not
    bool has_peer = false;          ///< `peer` is known
    PeerCertificate peer;

    /// "Anonymous", "Untrusted", "Trusted", "Verified": how sure we are of the other side.
    const char* trust() const noexcept {
        if (!has_peer) return "Anonymous";
        if (!peer.is_trusted) return "Untrusted";
        return peer.is_matched ? "Verified" : "Trusted";
    }
    /// "TLSv1.3 with cipher C (256/256 bits)", and " key-exchange X ..." after it.
    std::string summary() const;
    /// " key-exchange X25519 server-signature S server-digest D"; "" where nothing is known.
    std::string server_details() const;
    std::string client_details() const;
};

}  // namespace postern::tls
