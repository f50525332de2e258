// What postconf shows: main.cf and master.cf as they are, right or wrong.
#pragma once

#include "lib/config/config.h"
#include "lib/config/master_cf.h"
#include "postconf/options.h"

#include <vector>

namespace postern::postconf {

struct Sources {
    config::Config config;
    std::vector<config::MasterEntry> services;  ///< line by line
    std::vector<std::string> warnings;          ///< of master.cf
    std::string main_cf;      ///< the files' names, for messages
    std::string master_cf;
};

Result<Sources> read_sources(const Options& options);
/// Without main.cf; the services of master.cf, where it can be read, have parameters too.
Result<Sources> default_sources(const Options& options);

}  // namespace postern::postconf
