// The instances that the primary one's multi_instance_directories names, and itself.
#pragma once

#include "lib/config/config.h"
#include "tools/postmulti/options.h"

#include <string>
#include <vector>

namespace postern::postmulti {

struct Instance {
    config::Config config;
    bool is_primary = false;

    std::string directory() const { return config.directory(); }
    std::string name() const { return config.text("multi_instance_name"); }
    std::string group() const { return config.text("multi_instance_group"); }
    /// The primary one of a machine where nothing manages instances is always on.
    bool is_enabled() const;
    /// Named so by -i: its name, its configuration directory, or "-" for the primary one.
    bool is_called(std::string_view text) const;
};

/// main.cf of a directory, checked. Errors as Config::load has them.
Result<config::Config> load(const std::string& directory);

/// All, the primary one first. Error: a main.cf that is bad or missing.
Result<std::vector<Instance>> instances(const config::Config& primary);

/// Whether -g and -i, where they are given, are its group and itself.
bool is_chosen(const Instance& instance, const Options& options);
/// Those that are chosen, in the order of the iteration.
std::vector<Instance> chosen(std::vector<Instance> all, const Options& options);

}  // namespace postern::postmulti
