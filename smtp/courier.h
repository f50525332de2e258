// Carries one message to its destination: server after server until every recipient is settled.
#pragma once

#include "lib/delivery/job.h"
#include "lib/event/pool.h"
#include "lib/service/client.h"
#include "smtp/dane.h"
#include "smtp/handshake.h"
#include "smtp/kept_sessions.h"
#include "smtp/mail_exchangers.h"
#include "smtp/require_tls.h"
#include "smtp/sasl.h"
#include "smtp/tables.h"
#include "smtp/tls.h"
#include "smtp/transaction.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace postern::smtp {

/// What all deliveries of the process share. References outlive it.
struct Office {
    event::Loop& loop;
    const Settings& settings;
    const Flags& flags;
    MailExchangers& exchangers;
    KeptSessions& kept;
    Tables& tables;
    Log log;
    const Logins* logins = nullptr;   ///< null: not enabled
    const Tls* tls = nullptr;    ///< null: nothing is encrypted
    const RequireTlsPolicy* require_tls = nullptr;   ///< null: REQUIRETLS is not known
    const Dane* dane = nullptr;  ///< null: the DNS is not asked for more than addresses
};

/// One delivery. It owns its sessions while it uses them; destroyed at any wait, it closes them and
/// leaves its recipients to the job, which defers them.
class Courier final : private Verdicts {
public:
    Courier(Office& office, delivery::Job& job);

    /// Settles all recipients of the job.
    Task<void> deliver();

private:
    Task<void> settle(std::size_t recipient, delivery::Settlement settlement) override;
    void postpone(std::size_t recipient, delivery::Settlement settlement) override;

    Task<bool> prepare();
    Task<bool> find_tls_policy(const Destination& destination);
    Task<bool> find_requirement(const Destination& destination);
    std::optional<Refusal> enforce_requirement(Session& session, const TlsPolicy& policy) const;
    Task<std::optional<TlsPolicy>> tls_policy_for(const Destination& destination,
                                                  const Endpoint& endpoint);
    bool may_go_on_in_clear(const Refusal& refusal, const TlsPolicy& policy) const;
    void note_tls(const TlsPolicy& policy, const Session* session);
    Task<void> deliver_to(const std::string& place, bool is_last_place);
    Task<bool> deliver_over_kept(const Destination& destination);
    Task<void> deliver_over_unix(const Destination& destination);
    Task<void> try_servers(const Destination& destination, std::vector<MailServer> servers,
                           bool is_last_place);
    Task<bool> try_server(const Destination& destination, const Endpoint& endpoint);
    Task<std::unique_ptr<Session>> open_session(const Destination& destination,
                                                const Endpoint& endpoint);
    Task<std::unique_ptr<Session>> greet(const Destination& destination, const Endpoint& endpoint,
                                         TlsPolicy policy);
    Task<Result<Fd>> connect(const Endpoint& endpoint);
    Task<bool> transact(const Destination& destination, std::unique_ptr<Session> session);
    std::string kept_name(const Destination& destination) const;
    Task<std::vector<std::string>> discarded_keywords(const Endpoint& endpoint);
    Task<std::vector<std::string>> pix_workarounds(const Endpoint& endpoint);
    Task<void> pass_to_best_mx_transport();
    Task<void> filter(delivery::Settlement& settlement);
    bool has_been_delivered_to(std::size_t recipient);

    void could_not(mail::StatusCode status, std::string text, bool is_destination_dead,
                   std::string relay = "none");
    void tell_of_postponed();
    Task<void> settle_postponed();
    bool is_done() const { return job_.open_recipients().empty(); }

    Office& office_;
    const Settings& settings_;
    delivery::Job& job_;
    WireEnvelope envelope_;
    std::unique_ptr<FieldRewriter> rewriter_;
    std::map<std::size_t, delivery::Settlement> postponed_;
    TlsPolicy tls_policy_;             // of the destination that is tried
    bool requires_tls_ = false, waives_tls_ = false;   // what the sender asked for
    std::optional<RequireTls> demanded_;               // of the destination that is tried
    std::string tls_feature_;          // "may:none"; for the log
    bool has_failed_tls_ = false;      // a handshake, where mail may go in clear
    std::string dead_text_;
    mail::StatusCode dead_status_;
    std::set<std::string> tried_;      // servers that have answered, "mx.example[192.0.2.1]:25"
    std::size_t sessions_ = 0;
};

/// Delivers a job with a courier of its own.
Task<void> deliver(Office& office, delivery::Job& job);

}  // namespace postern::smtp
