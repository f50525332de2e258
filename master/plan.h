// What is to run: main.cf and master.cf, read together and checked, before anything is touched.
#pragma once

#include "lib/config/config.h"
#include "lib/config/master_cf.h"
#include "lib/service/identity.h"
#include "master/endpoint.h"
#include "master/share.h"

#include <string>
#include <vector>

namespace postern::master {

/// One service with the places where it listens.
struct PlannedService {
    config::MasterEntry entry;
    std::vector<Endpoint> endpoints;
    Bounds bounds;
    /// Name and type: what makes it the same service after a reload.
    std::string key() const;
    /// The one that takes the log lines of all others.
    bool is_log = false;
};

struct Plan {
    config::Config config;
    service::Identity owner;                   ///< mail_owner; ourselves without root's rights
    std::vector<PlannedService> services;
    std::vector<std::string> environment;      ///< of the children
    std::vector<std::string> warnings;         ///< what the administrator should know

    /// Reads both files of `directory`. Errors name file, line and what is wrong.
    static Result<Plan> read(const std::string& directory);
};

/// main.cf alone, for master.
Result<config::Config> read_main_cf(const std::string& directory);

/// Whether master_service_disable (a match list of "inet", "smtp.inet" ...) has the service.
bool is_disabled(const std::vector<std::string>& master_service_disable,
                 const config::MasterEntry& entry);

/// maxproc as master.cf and default_process_limit give it.
Bounds bounds_of(const config::MasterEntry& entry, const config::Config& config);

}  // namespace postern::master
