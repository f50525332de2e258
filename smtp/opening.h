// Opening a session with one server: the connection, the greeting, TLS, the login.
#pragma once

#include "smtp/safeguards.h"

#include <memory>
#include <string>
#include <variant>

namespace postern::smtp {

/// Why there is no session.
struct Unopened {
    Refusal refusal;
    std::string relay = "none";   ///< "mx.example[192.0.2.1]:25" where there was a connection
    bool is_unreachable = false;  ///< it could not even be made
};

/// For one job. References outlive it.
class Opening {
public:
    Opening(Office& office, const delivery::Job& job, Safeguards& safeguards)
        : office_(office), settings_(office.settings), job_(job), safeguards_(safeguards) {}

    /// A session that is ready for MAIL FROM. Where mail may go in clear, a server that fails at TLS is
    /// asked again without.
    Task<std::variant<std::unique_ptr<Session>, Unopened>> open(Destination destination, Endpoint endpoint);

private:
    using Opened = std::variant<std::unique_ptr<Session>, Unopened>;
    Task<Opened> greet(Destination destination, Endpoint endpoint, TlsPolicy policy);
    Task<std::optional<Refusal>> prepare(Session& session, Destination destination, TlsPolicy policy);
    Task<Result<Fd>> connect(const Endpoint& endpoint);
    Task<bool> is_shown(const Endpoint& endpoint) const;
    Task<std::vector<std::string>> discarded_keywords(const Endpoint& endpoint) const;
    Task<std::vector<std::string>> pix_workarounds(const Endpoint& endpoint) const;

    Office& office_;
    const Settings& settings_;
    const delivery::Job& job_;
    Safeguards& safeguards_;
    bool may_try_in_clear_ = false;   // after the last refusal
};

}  // namespace postern::smtp
