// The settings of a configuration, and its computed defaults.
#include "lib/config/contents.h"

#include "lib/config/installation.h"
#include "lib/config/networks.h"

#include <unistd.h>

#include <array>

namespace postern::config {

namespace {

/// -o comes last and wins; of a name set twice on the command line, the last.
void override_settings(std::vector<Setting>& settings, const std::vector<Override>& overrides) {
    for (const auto& override : overrides) {
        std::erase_if(settings, [&](const Setting& s) { return s.name == override.name; });
        settings.push_back({override.name, override.value, {"-o " + override.name, 0}});
    }
}

using Compute = std::string (*)(const Source&, const Config&);

constexpr auto computations = std::to_array<std::pair<std::string_view, Compute>>({
    {"config_directory", [](const Source& source, const Config&) { return source.directory; }},
    {"mydomain", [](const Source&, const Config& config) {
         // A name of main.cf counts as it is; the host's own name is completed with mydomain.
         return domain_of(config.is_set("myhostname") ? config.text("myhostname") : host_name());
     }},
    {"myhostname", [](const Source&, const Config& config) {
         const auto host = host_name();
         return host.find('.') == std::string::npos ? qualified(host, config.text("mydomain"))
                                                    : host;
     }},
    {"mynetworks", [](const Source&, const Config& config) {
         return own_networks(choose_addresses(interface_addresses(), config.list("inet_interfaces"),
                                              config.list("inet_protocols")),
                             config.text("mynetworks_style"));
     }},
    {"process_id", [](const Source&, const Config&) { return std::to_string(getpid()); }},
    {"process_name", [](const Source& source, const Config&) { return source.process_name; }},
    {"service_name", [](const Source& source, const Config&) { return source.service_name; }},
});

}  // namespace

Config::Contents::Contents(Source from, MainCf file)
    : source(std::move(from)), settings(std::move(file.settings)),
      warnings(std::move(file.warnings)) {
    override_settings(settings, source.overrides);
    for (std::size_t at = 0; at < settings.size(); ++at)
        index[settings[at].name] = at;
}

const Setting* Config::Contents::find(std::string_view name) const {
    const auto found = index.find(name);
    return found == index.end() ? nullptr : &settings[found->second];
}

std::optional<std::string> Config::Contents::computed(std::string_view name,
                                                      const Config& config) const {
    if (const auto known = found_.find(name); known != found_.end()) return known->second;
    if (!under_way_.emplace(name).second) return std::nullopt;
    auto value = compute(name, config);
    under_way_.erase(under_way_.find(name));
    return found_.emplace(name, std::move(value)).first->second;
}

std::string Config::Contents::compute(std::string_view name, const Config& config) const {
    for (const auto& [known, compute] : computations)
        if (known == name) return compute(source, config);
    return std::string(installed(name).value_or(""));
}

}  // namespace postern::config
