// What main.cf says to the queue manager.
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"
#include "qmgr/job_list.h"

#include <set>
#include <string>

namespace postern::qmgr {

/// How the number of parallel deliveries to one destination follows what became of them.
struct Feedback {
    /// "1", "0.5", "1/concurrency" or "2/sqrt_concurrency" (postconf(5)).
    double number = 1;
    enum class Divisor { none, concurrency, sqrt_concurrency } divisor = Divisor::none;
    double at(std::size_t concurrency) const;
    /// Error: permanent, not one of these forms.
    static Result<Feedback> parse(std::string_view text);
};

/// What each transport may have for itself (TRANSPORT_destination_concurrency_limit ...).
struct TransportSettings {
    std::size_t destination_concurrency_limit;  ///< 0: no limit
    std::size_t initial_destination_concurrency;
    std::size_t destination_recipient_limit;  ///< 0: no limit; 1: each recipient is a destination
    double failed_cohort_limit;               ///< 0: never dead
    Feedback positive, negative;
    seconds destination_rate_delay, transport_rate_delay;
    std::size_t recipient_limit;  ///< of messages that are not read whole, in memory
    std::size_t recipient_refill_limit;
    seconds recipient_refill_delay;
    SlotSettings slots;
};

struct Settings {
    explicit Settings(const config::Config& config);

    /// The transport's own settings. A feedback that cannot be read is logged, and counts as 1.
    TransportSettings of_transport(const std::string& name, const Log& log) const;

    std::size_t message_active_limit, message_recipient_limit, message_recipient_minimum;
    seconds queue_run_delay, minimal_backoff_time, maximal_backoff_time;
    seconds maximal_queue_lifetime, bounce_queue_lifetime, delay_warning_time;
    seconds transport_retry_time, daemon_timeout, ipc_timeout;
    std::set<std::string> defer_transports;
    std::string error_service_name, double_bounce_sender;
    bool confirm_delay_cleared, has_fast_flush;
    bool keeps_files;   ///< dont_remove: in the saved queue
    bool warns_of_clog;            ///< helpful_warnings, and qmgr_clog_warn_time is not 0
    seconds clog_warn_time;
    bool tells_feedback;           ///< destination_concurrency_feedback_debug
    std::size_t probe_limit;       ///< address_verify_pending_request_limit

private:
    Feedback feedback_of(const std::string& name, const char* suffix, const Log& log) const;
    config::Config config_;
};

}  // namespace postern::qmgr
