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
      queue_run_delay(config.time("queue_run_delay")),
      minimal_backoff_time(config.time("minimal_backoff_time")),
      maximal_backoff_time(config.time("maximal_backoff_time")),
      maximal_queue_lifetime(config.time("maximal_queue_lifetime")),
      bounce_queue_lifetime(config.time("bounce_queue_lifetime")),
      delay_warning_time(config.time("delay_warning_time")),
      transport_retry_time(config.time("transport_retry_time")),
      daemon_timeout(config.time("daemon_timeout")),
      ipc_timeout(config.time("ipc_timeout")),
      error_service_name(config.text("error_service_name")),
      confirm_delay_cleared(config.boolean("confirm_delay_cleared")),
      has_fast_flush(!config.list("fast_flush_domains").empty()),
      config_(config) {
    for (std::string& name : config.list("defer_transports"))
        defer_transports.insert(std::move(name));
}

Result<TransportSettings> Settings::of_transport(const std::string& name) const {
    auto positive =
        Feedback::parse(config_.text_of(name, "destination_concurrency_positive_feedback"));
    auto negative =
        Feedback::parse(config_.text_of(name, "destination_concurrency_negative_feedback"));
    if (!positive) return positive.error().in(name);
    if (!negative) return negative.error().in(name);
    TransportSettings settings;
    settings.destination_concurrency_limit =
        size_from(config_.number_of(name, "destination_concurrency_limit"));
    settings.initial_destination_concurrency =
        size_from(config_.number_of(name, "initial_destination_concurrency"));
    settings.destination_recipient_limit =
        size_from(config_.number_of(name, "destination_recipient_limit"));
    settings.failed_cohort_limit =
        static_cast<double>(config_.number_of(name, "destination_concurrency_failed_cohort_limit"));
    settings.positive = *positive;
    settings.negative = *negative;
    settings.destination_rate_delay = config_.time_of(name, "destination_rate_delay");
    settings.transport_rate_delay = config_.time_of(name, "transport_rate_delay");
    return settings;
}

}  // namespace postern::qmgr
