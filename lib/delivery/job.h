// One delivery request in the hands of an agent: the message, and what becomes of each recipient.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/queue/queue_file.h"
#include "lib/queue/spool.h"
#include "lib/report/delivery_events.h"
#include "lib/report/reporter.h"
#include "lib/service/delivery.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::delivery {

/// What an agent says of one recipient, before it is final.
struct Settlement {
    service::Outcome outcome = service::Outcome::deferred;
    mail::StatusCode status;
    std::string text;  ///< for the log, and for reports
    std::string relay = "none";
    std::string action;                ///< "": as the outcome says; else relayed, expanded
    std::string diag_type, diag_text;  ///< "smtp", "550 5.1.1 no such user"
    std::string mta_type, mta_name;    ///< "dns", "mx.example"
    bool dsn_passed_on = false;        ///< see service::DeliveryResult
    std::uint32_t connection_use = 1;
    std::string tls;  ///< features for the log

    /// Delivered, "2.0.0 text".
    static Settlement sent(std::string text);
    /// Bounced when the status is permanent, else deferred.
    static Settlement failed(mail::StatusCode status, std::string text);
    /// What a program or the system said of it, for reports: "x-unix; text".
    Settlement diagnosed(std::string diagnosis) &&;
};

/// When the stages of a delivery began; for `delays=`. Unset stages take no time.
struct Stages {
    std::optional<WallTime> connecting;  ///< DNS, connection, greeting
    std::optional<WallTime> sending;     ///< from MAIL FROM on
};

/// What is the same for all jobs of an agent. References outlive the jobs.
struct Circumstances {
    const queue::Spool& spool;
    Reporter reporter;
    const Clock& clock;
    bool soft_bounce = false;
};

/// Holds the queue file under a shared lock until it ends, so that no second queue manager
/// delivers the message meanwhile. Each recipient is settled once: logged, and, when it was
/// delivered, marked in the file. Recipients that are not settled are deferred by reply().
class Job {
public:
    /// Opens the message in active/. Errors: permanent, the file is not there or is no mail;
    /// temporary, it is locked or cannot be read.
    static Result<Job> open(const Circumstances& circumstances, service::DeliveryRequest request);

    Job(Job&&) = default;

    const service::DeliveryRequest& request() const noexcept { return request_; }
    const queue::QueueFile& file() const noexcept { return file_; }
    /// The content, from its first line; one reader for each time it is sent.
    queue::ContentReader content() const;
    /// An attribute of the message: client_name, sasl_method ...; "" when it has none.
    std::string_view attribute(std::string_view name) const;

    Stages& stages() noexcept { return stages_; }

    bool is_settled(std::size_t recipient) const { return is_settled_[recipient]; }
    /// Indexes of the recipients that are not settled yet.
    std::vector<std::size_t> open_recipients() const;
    /// Final for this attempt. A delivery that could not be marked is said to be deferred: it
    /// will happen again rather than be lost.
    void settle(std::size_t recipient, const Settlement& settlement);
    void settle_all(const Settlement& settlement);
    /// One of the deliveries that a recipient stands for, to `address`: logged at once. The
    /// recipient is open until complete().
    void settle_part(std::size_t recipient, std::string address, const Settlement& settlement);
    /// The same of a part that another agent delivered, and logged.
    void adopt(std::size_t recipient, service::DeliveryResult result);
    /// All parts of the recipient are settled; it is marked unless one of them was deferred.
    void complete(std::size_t recipient);
    /// Another agent, to which the recipient was passed on, has settled, logged and marked it.
    void settled_elsewhere(std::size_t recipient, service::DeliveryResult result);

    /// The destination as a whole cannot be reached.
    void destination_is_dead(mail::StatusCode status, std::string reason);

    /// The answer to qmgr.
    service::DeliveryReply reply();

private:
    Job(const Circumstances& circumstances, service::DeliveryRequest request,
        queue::QueueFile file);
    void add_result(std::size_t recipient, std::string address, Settlement settlement);
    bool is_deferred(std::size_t recipient) const;
    void log(std::string_view queue_recipient, std::string_view original,
             const Settlement& settlement, report::DeliveryStatus status) const;
    report::Delays delays() const;

    const Circumstances* circumstances_;
    service::DeliveryRequest request_;
    queue::QueueFile file_;
    WallTime began_;
    Stages stages_;
    std::vector<service::DeliveryResult> results_;
    std::vector<bool> is_settled_;
    std::string dead_status_, dead_reason_;
};

}  // namespace postern::delivery
