// Reading of the two files.
#include "postconf/sources.h"

namespace postern::postconf {

namespace {

config::Source source_of(const Options& options) {
    return {.directory = options.directory, .overrides = options.overrides,
            .process_name = "postconf", .service_name = ""};
}

Sources put_together(const Options& options, config::Config config) {
    return {std::move(config),
            {},
            {},
            options.directory + "/main.cf",
            options.directory + "/master.cf"};
}

}  // namespace

Result<Sources> read_sources(const Options& options) {
    auto config = config::Config::load_unchecked(source_of(options));
    if (!config) return config.error();
    auto sources = put_together(options, std::move(*config));
    auto services = config::read_master_cf(sources.master_cf);
    if (!services) return services.error();
    sources.services = std::move(services->entries);
    sources.warnings = std::move(services->warnings);
    return sources;
}

Result<Sources> default_sources(const Options& options) {
    // The defaults are those of the installation, wherever main.cf is.
    auto source = source_of(options);
    source.directory.clear();
    auto config = config::Config::from_text("", std::move(source));
    if (!config) return config.error();
    auto sources = put_together(options, std::move(*config));
    if (auto services = config::read_master_cf(sources.master_cf))
        sources.services = std::move(services->entries);
    return sources;
}

}  // namespace postern::postconf
