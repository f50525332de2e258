// What the mail system does with itself: master, the postfix command, anvil.
#pragma once

#include "lib/base/log.h"
#include "lib/report/record.h"
#include "lib/report/wording.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::report {

/// "daemon started -- version 3.12.0, configuration /etc/postfix"; "reload -- ...".
struct MasterStarted {
    static constexpr std::string_view name = "master_started";
    bool is_reload = false;
    std::string_view mail_version, config_directory;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "terminating on signal 15"
struct MasterTerminating {
    static constexpr std::string_view name = "master_terminating";
    int signal = 15;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "warning: process /usr/libexec/postfix/smtpd pid 4711 exit status 1", or "killed by signal 11".
struct ProcessFailed {
    static constexpr std::string_view name = "process_failed";
    static constexpr Severity severity = Severity::warning;
    std::string_view path;
    std::int64_t process = 0;
    int exit_status = 0;
    int signal = 0;   ///< not 0: it was killed by it

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "warning: /usr/libexec/postfix/smtpd: bad command startup -- throttling"
struct ServiceThrottled {
    static constexpr std::string_view name = "service_throttled";
    static constexpr Severity severity = Severity::warning;
    std::string_view path;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "warning: service "smtp" (25) has reached its process limit "100": new clients may experience
/// noticeable delays"
struct ProcessLimitReached {
    static constexpr std::string_view name = "process_limit_reached";
    static constexpr Severity severity = Severity::warning;
    std::string_view service, endpoint;
    std::int64_t limit = 0;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// postfix(1): "starting the Postfix mail system"; "stopping", "refreshing", "aborting".
struct SystemCommanded {
    static constexpr std::string_view name = "system_commanded";
    std::string_view action;   ///< "starting"

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "statistics: max connection rate 3/60s for (smtp:192.0.2.1) at Nov 24 15:09:01"; "max connection
/// count 1 for ..."; "max cache size 1 at ...".
struct ClientStatistics {
    static constexpr std::string_view name = "client_statistics";
    std::string_view what;          ///< "connection rate", "connection count", "message rate",
                                    ///< "recipient rate", "newtls rate", "auth rate", "cache size"
    std::int64_t value = 0;
    seconds per{0};                 ///< the time unit of a rate
    std::string_view client;        ///< "smtp:192.0.2.1"; empty for the cache size
    WallTime when;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

}  // namespace postern::report
