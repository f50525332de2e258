// What must protect the mail of one job on its way: TLS as the destination wants it (RFC 3207, RFC
// 7672), and what the sender asked for (RFC 8689).
#pragma once

#include "lib/delivery/job.h"
#include "smtp/handshake.h"
#include "smtp/office.h"

#include <optional>
#include <string>
#include <variant>

namespace postern::smtp {

/// What verifies a server: the domain, without brackets and port.
std::string nexthop_of(const Destination& destination, const Settings& settings);

/// A server that cannot be used now.
struct Unusable {
    std::string why;
    std::optional<nexthop::Dane::Problem> dane = {};    ///< nothing: it is not because of DANE
};

class Safeguards {
public:
    /// References outlive it.
    Safeguards(const Office& office, const delivery::Job& job);

    /// Finds what counts for a destination; what follows is about that one. A refusal: the mail
    /// waits, a table could not tell, or somebody must look at the configuration.
    Task<std::optional<Refusal>> choose(const Destination& destination);

    /// Of the destination.
    const TlsPolicy& policy() const noexcept { return policy_; }
    /// The same for one of its servers.
    Task<std::variant<TlsPolicy, Unusable>> policy_for(const Destination& destination,
                                                       const Endpoint& endpoint) const;

    /// Mail that must not travel in clear does not go to a server that cannot keep the promise. The
    /// next one may; after the last the mail is returned (RFC 8689 section 4.2.1).
    std::optional<Refusal> objection_to(Session& session, const TlsPolicy& policy) const;
    /// A promise that was given for the mail outweighs the hope of a better day.
    void harden(Refusal& refusal) const;
    /// Where TLS is a wish, and the mail has waited for a while, a server that fails at it may be
    /// asked again without.
    bool may_go_on_in_clear(const Refusal& refusal, const TlsPolicy& policy) const;

    /// The tls= of the log (smtp_log_tls_feature_status), "may:none"; "" where it is not wanted.
    const std::string& feature() const noexcept { return feature_; }
    /// `session` null: none was opened.
    void note(const TlsPolicy& policy, const Session* session);
    void note_that_it_went_in_clear();

    /// What sessions must have in common to be used one for the other; behind the destination's name.
    std::string name_for_keeping() const;

private:
    Task<std::optional<Refusal>> find_demand(const Destination& destination);
    Task<std::optional<Refusal>> find_policy(const Destination& destination);
    std::variant<TlsPolicy, Unusable> without_dnssec(const TlsPolicy& policy, const Destination& destination,
                                                     const Endpoint& endpoint) const;
    /// Logs it.
    Unusable unusable(const Destination& destination, const Endpoint& endpoint, Unusable server) const;

    const Office& office_;
    const Settings& settings_;
    const delivery::Job& job_;
    const bool requires_tls_, waives_tls_;   // what the sender asked for
    TlsPolicy policy_;
    std::optional<RequireTls> demanded_;
    std::string feature_;
};

}  // namespace postern::smtp
