// The client's side of authentication: what the SMTP client needs to log in somewhere.
#pragma once

#include "lib/event/task.h"
#include "lib/sasl/mechanism.h"
#include "lib/sasl/secret.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace postern::sasl {

struct Credentials {
    std::string username;
    Secret password;
};

/// One login. Errors, permanent: none of the mechanisms will do, or what the server said cannot
/// be answered; temporary: the library failed.
class ClientExchange {
public:
    virtual ~ClientExchange() = default;
    struct Start {
        std::string mechanism;
        std::optional<Secret> initial;  ///< the first response; without, the server begins
    };
    /// Chooses the best of the mechanisms that the server offers.
    virtual Task<Result<Start>> start(std::vector<std::string> mechanisms) = 0;
    /// The response to a challenge; both decoded.
    virtual Task<Result<Secret>> respond(std::string challenge) = 0;
};

class Client {
public:
    virtual ~Client() = default;
    /// `host`: the server's name. `is_encrypted`: TLS protects the session.
    virtual std::unique_ptr<ClientExchange> begin(std::string host, Credentials credentials,
                                                  SecurityOptions demanded, bool is_encrypted) = 0;
};

}  // namespace postern::sasl
