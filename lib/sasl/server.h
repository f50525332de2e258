// The server's side of authentication, whoever checks the password: Cyrus SASL in this process, or
// Dovecot in another one.
#pragma once

#include "lib/event/task.h"
#include "lib/sasl/mechanism.h"
#include "lib/sasl/secret.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace postern::sasl {

/// What a server knows of its client, and of the protection of their connection.
struct Peer {
    std::string client_address, server_address;  ///< numeric, without brackets; "" unknown
    std::uint16_t client_port = 0, server_port = 0;
    bool is_encrypted = false;
    unsigned cipher_bits = 0;
    std::string certificate_name;  ///< of a client certificate that is trusted, for EXTERNAL
};

/// What came of one message of the client.
struct Step {
    enum class Kind {
        challenge,  ///< `text` goes to the client, which answers
        success,
        failure,      ///< `text`: why
        unavailable,  ///< nobody could tell; `text`: why
    };
    Kind kind = Kind::failure;
    std::string text;
};

/// One attempt of one client. Destroyed at any wait, it is given up.
class Exchange {
public:
    virtual ~Exchange() = default;
    /// `initial`: the client's first response, when it came with the command; decoded.
    virtual Task<Step> start(std::string mechanism, std::optional<Secret> initial) = 0;
    /// The next response, decoded. Not after a step that was no challenge.
    virtual Task<Step> step(Secret response) = 0;
    /// Who it is; known after success.
    virtual const std::string& username() const = 0;
};

class Server {
public:
    virtual ~Server() = default;
    /// The names of the mechanisms that may be offered, in upper case and in the order of the
    /// service. Error: temporary, the service cannot be asked.
    virtual Task<Result<std::vector<std::string>>> mechanisms(Peer peer,
                                                              SecurityOptions demanded) = 0;
    virtual std::unique_ptr<Exchange> begin(Peer peer, SecurityOptions demanded) = 0;
};

}  // namespace postern::sasl
