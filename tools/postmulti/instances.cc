// Reading all instances.
#include "tools/postmulti/instances.h"

#include <algorithm>

namespace postern::postmulti {

bool Instance::is_enabled() const {
    if (is_primary && config.text("multi_instance_wrapper").empty()) return true;
    return config.boolean("multi_instance_enable");
}

bool Instance::is_called(std::string_view text) const {
    if (text == "-") return is_primary;
    return text == directory() || (!name().empty() && text == name());
}

Result<config::Config> load(const std::string& directory) {
    config::Source source;
    source.directory = directory;
    source.process_name = "postmulti";
    return config::Config::load(std::move(source));
}

Result<std::vector<Instance>> instances(const config::Config& primary) {
    std::vector<Instance> all = {{primary, true}};
    for (const std::string& directory : primary.list("multi_instance_directories")) {
        auto config = load(directory);
        if (!config) return config.error();
        all.push_back({std::move(*config)});
    }
    return all;
}

bool is_chosen(const Instance& instance, const Options& options) {
    return (!options.instance || instance.is_called(*options.instance)) &&
           (!options.group || instance.group() == *options.group);
}

std::vector<Instance> chosen(std::vector<Instance> all, const Options& options) {
    std::erase_if(all, [&](const Instance& one) { return !is_chosen(one, options); });
    if (options.is_reversed) std::ranges::reverse(all);
    return all;
}

}  // namespace postern::postmulti
