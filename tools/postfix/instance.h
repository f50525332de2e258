// The mail system that postfix(1) controls: its configuration, its folders, its master.
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"
#include "lib/config/master_cf.h"
#include "tools/postfix/options.h"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace postern::postfix {

class Instance {
public:
    /// `log` outlives it.
    Instance(config::Config config, Options options, const Log& log)
        : config_(std::move(config)), options_(std::move(options)), log_(log) {}

    const config::Config& config() const noexcept { return config_; }
    const Options& options() const noexcept { return options_; }
    const Log& log() const noexcept { return log_; }

    /// The text of a directory parameter and the like.
    std::string operator[](std::string_view parameter) const { return config_.text(parameter); }
    std::string command(std::string_view name) const;   ///< in command_directory
    std::string daemon(std::string_view name) const;    ///< in daemon_directory

    /// What master.cf has run; a bad file ends the process with a line that says why.
    config::MasterCf master_cf() const;
    std::vector<config::MasterEntry> services() const { return master_cf().entries; }

    /// Whether a master holds the lock of the queue directory; ends the process when nobody
    /// can tell.
    bool is_running() const;
    /// The process id in pid/master.pid; nothing when nobody runs.
    std::optional<pid_t> master() const;
    /// The same, or the end: "the Postfix mail system is not running".
    pid_t running_master() const;

private:
    config::Config config_;
    Options options_;
    Log log_;
};

}  // namespace postern::postfix
