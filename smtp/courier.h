// Carries one message to its destination: server after server until every recipient is settled.
#pragma once

#include "smtp/generic.h"
#include "smtp/opening.h"
#include "smtp/outcomes.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace postern::smtp {

/// One delivery. It owns its sessions while it uses them; destroyed at any wait, it closes them and
/// leaves its recipients to the job, which defers them.
class Courier {
public:
    Courier(Office& office, delivery::Job& job);

    /// Settles all recipients of the job.
    Task<void> deliver();

private:
    Task<bool> prepare();
    Task<void> deliver_to(const std::string& place, bool is_last_place);
    Task<bool> deliver_over_kept(const Destination& destination);
    Task<void> deliver_over_unix(const Destination& destination);
    Task<void> deliver_over_inet(const Destination& destination, bool is_last_place);
    Task<void> be_best_mx(const NoServer& none);
    Task<void> try_servers(const Destination& destination, std::vector<MailServer> servers,
                           bool is_last_place);
    Task<bool> transact_over_kept(const Destination& destination, std::unique_ptr<Session> session);
    Task<bool> try_server(const Destination& destination, const Endpoint& endpoint);
    Task<bool> transact(const Destination& destination, std::unique_ptr<Session> session);
    std::unique_ptr<Session> kept_at(const Destination& destination, const Endpoint& endpoint);
    Task<bool> is_always_kept(const Destination& destination) const;
    std::string kept_name(const Destination& destination) const;

    Office& office_;
    const Settings& settings_;
    delivery::Job& job_;
    Safeguards safeguards_;
    Opening opening_;
    Outcomes outcomes_;
    WireEnvelope envelope_;
    std::unique_ptr<FieldRewriter> rewriter_;
    std::set<std::string> tried_;      // servers that have answered, "mx.example[192.0.2.1]:25"
    std::size_t sessions_ = 0;
};

/// Delivers a job with a courier of its own.
Task<void> deliver(Office& office, delivery::Job& job);

}  // namespace postern::smtp
