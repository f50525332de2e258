// What copies of a Config share: the settings, and the computed values found out so far. Private
// to lib/config.
#pragma once

#include "lib/config/config.h"

#include <map>
#include <set>
#include <unordered_map>

namespace postern::config {

struct Config::Contents {
    Source source;
    std::vector<Setting> settings;                      ///< main.cf's, then -o's
    std::unordered_map<std::string_view, std::size_t> index;   ///< names in `settings`
    std::vector<std::string> warnings;

    Contents(Source from, MainCf file);
    Contents(const Contents&) = delete;

    const Setting* find(std::string_view name) const;

    /// The default of a parameter that the host, the build or the process decides, found out once.
    /// `config` is asked for the parameters on which it depends; while it is being found out, it
    /// is nothing for itself.
    std::optional<std::string> computed(std::string_view name, const Config& config) const;

private:
    std::string compute(std::string_view name, const Config& config) const;
    // A cache: its values follow from what is constant here.
    mutable std::map<std::string, std::string, std::less<>> found_;
    mutable std::set<std::string, std::less<>> under_way_;
};

}  // namespace postern::config
