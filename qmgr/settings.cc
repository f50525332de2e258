// The queue manager's parameters; see the header.
#include "qmgr/settings.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace postern::qmgr {

double Feedback::at(std::size_t concurrency) const {
    const double window = static_cast<double>(std::max<std::size_t>(concurrency, 1));
    switch (divisor) {
        case Divisor::concurrency:
            return number / window;
        case Divisor::sqrt_concurrency:
            return number / std::sqrt(window);
        case Divisor::none:
            break;
    }
    return number;
}

Result<Feedback> Feedback::parse(std::string_view text) {
    Feedback feedback;
    const auto parts = cut(text, '/');
    const std::string number(trim(parts ? parts->first : text));
    char* end = nullptr;
    feedback.number = std::strtod(number.c_str(), &end);
    const std::string_view divisor = parts ? trim(parts->second) : "";
    if (divisor == "concurrency")
        feedback.divisor = Divisor::concurrency;
    else if (divisor == "sqrt_concurrency")
        feedback.divisor = Divisor::sqrt_concurrency;
    else if (parts)
        return permanent(fmt::format("bad concurrency feedback \"{}\"", text));
    if (number.empty() || *end != '\0' || feedback.number < 0 || (!parts && feedback.number > 1))
        return permanent(fmt::format("bad concurrency feedback \"{}\"", text));
    return feedback;
}

namespace {

std::size_t size_from(std::int64_t number) {
    return static_cast<std::size_t>(std::max<std::int64_t>(number, 0));
}

}  // namespace

Settings::Settings(const config::Config& config)
    : message_active_limit(size_from(config.number("qmgr_message_active_limit"))),
      message_recipient_limit(size_from(config.number("qmgr_message_recipient_limit"))),
      message_recipient_minimum(size_from(config.number("qmgr_message_recipient_minimum"))),
      queue_run_delay(config.time("queue_run_delay")),
      minimal_backoff_time(config.time("minimal_backoff_time")),
      maximal_backoff_time(config.time("maximal_backoff_time")),
      maximal_queue_lifetime(config.time("maximal_queue_lifetime")),
      bounce_queue_lifetime(std::min(config.time("bounce_queue_lifetime"), maximal_queue_lifetime)),
      delay_warning_time(config.time("delay_warning_time")),
      transport_retry_time(config.time("transport_retry_time")),
      daemon_timeout(config.time("daemon_timeout")),
      ipc_timeout(config.time("qmgr_ipc_timeout")),
      error_service_name(config.text("error_service_name")),
      double_bounce_sender(config.text("double_bounce_sender")),
      confirm_delay_cleared(config.boolean("confirm_delay_cleared")),
      has_fast_flush(!config.list("fast_flush_domains").empty()),
      keeps_files(config.number("dont_remove") != 0),
      warns_of_clog(config.boolean("helpful_warnings") &&
                    config.time("qmgr_clog_warn_time") > seconds(0)),
      clog_warn_time(config.time("qmgr_clog_warn_time")),
      tells_feedback(config.boolean("destination_concurrency_feedback_debug")),
      probe_limit(size_from(config.number("address_verify_pending_request_limit"))),
      config_(config) {
    for (std::string& name : config.list("defer_transports"))
        defer_transports.insert(std::move(name));
}

Feedback Settings::feedback_of(const std::string& name, const char* suffix, const Log& log) const {
    auto feedback = Feedback::parse(config_.text_of(name, suffix));
    if (feedback) return *feedback;
    log.warning("{}_{}: {}, using 1", name, suffix, feedback.error().text);
    return {};
}

TransportSettings Settings::of_transport(const std::string& name, const Log& log) const {
    TransportSettings settings;
    settings.destination_concurrency_limit =
        size_from(config_.number_of(name, "destination_concurrency_limit"));
    settings.initial_destination_concurrency =
        size_from(config_.number_of(name, "initial_destination_concurrency"));
    settings.destination_recipient_limit =
        size_from(config_.number_of(name, "destination_recipient_limit"));
    settings.failed_cohort_limit =
        static_cast<double>(config_.number_of(name, "destination_concurrency_failed_cohort_limit"));
    settings.positive = feedback_of(name, "destination_concurrency_positive_feedback", log);
    settings.negative = feedback_of(name, "destination_concurrency_negative_feedback", log);
    settings.recipient_limit = size_from(config_.number_of(name, "recipient_limit")) +
                               size_from(config_.number_of(name, "extra_recipient_limit"));
    settings.recipient_refill_limit = size_from(config_.number_of(name, "recipient_refill_limit"));
    settings.recipient_refill_delay = config_.time_of(name, "recipient_refill_delay");
    settings.slots.cost = size_from(config_.number_of(name, "delivery_slot_cost"));
    settings.slots.minimum = size_from(config_.number_of(name, "minimum_delivery_slots"));
    settings.slots.discount = size_from(config_.number_of(name, "delivery_slot_discount"));
    settings.slots.loan = size_from(config_.number_of(name, "delivery_slot_loan"));
    settings.destination_rate_delay = config_.time_of(name, "destination_rate_delay");
    settings.transport_rate_delay = config_.time_of(name, "transport_rate_delay");
    return settings;
}

}  // namespace postern::qmgr
