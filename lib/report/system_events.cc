// Lines of the mail system about itself; see the header.
#include "lib/report/system_events.h"

#include <fmt/format.h>

namespace postern::report {

std::string MasterStarted::line(const Wording&) const {
    return fmt::format("{} -- version {}, configuration {}",
                       is_reload ? "reload" : "daemon started", mail_version, config_directory);
}

void MasterStarted::describe(Record& record) const {
    record.add_flag("is_reload", is_reload)
        .add("mail_version", mail_version)
        .add("config_directory", config_directory);
}

std::string MasterTerminating::line(const Wording&) const {
    return fmt::format("terminating on signal {}", signal);
}

void MasterTerminating::describe(Record& record) const { record.add_number("signal", signal); }

std::string ProcessFailed::line(const Wording&) const {
    if (signal != 0) return fmt::format("process {} pid {} killed by signal {}", path, process, signal);
    return fmt::format("process {} pid {} exit status {}", path, process, exit_status);
}

void ProcessFailed::describe(Record& record) const {
    record.add("path", path)
        .add_number("process", process)
        .add_number("exit_status", exit_status)
        .add_number("signal", signal);
}

std::string ServiceThrottled::line(const Wording&) const {
    return fmt::format("{}: bad command startup -- throttling", path);
}

void ServiceThrottled::describe(Record& record) const { record.add("path", path); }

std::string ProcessLimitReached::line(const Wording&) const {
    return fmt::format("service \"{}\" ({}) has reached its process limit \"{}\": new clients may "
                       "experience noticeable delays",
                       service, endpoint, limit);
}

void ProcessLimitReached::describe(Record& record) const {
    record.add("service", service).add("endpoint", endpoint).add_number("limit", limit);
}

std::string SystemCommanded::line(const Wording&) const {
    return fmt::format("{} the Postfix mail system", action);
}

void SystemCommanded::describe(Record& record) const { record.add("action", action); }

std::string ClientStatistics::line(const Wording&) const {
    const std::string rate = per.count() > 0 ? fmt::format("/{}s", per.count()) : "";
    const std::string whom = client.empty() ? "" : fmt::format(" for ({})", client);
    return fmt::format("statistics: max {} {}{}{} at {}", what, value, rate, whom,
                       syslog_time(when));
}

void ClientStatistics::describe(Record& record) const {
    record.add("what", what)
        .add_number("value", value)
        .add_number("per_seconds", per.count())
        .add("client", client)
        .add_number("at", to_unix(when));
}

}  // namespace postern::report
