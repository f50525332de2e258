// Commands, how they start; see the header.
#include "lib/service/command.h"

#include "lib/base/log_sink.h"
#include "lib/config/directory.h"
#include "lib/service/log_settings.h"

#include <memory>
#include <utility>

namespace postern::service {

Command::Command(std::string_view program, std::string_view called)
    : program_(program), book_(early_log_tag(program)) {
    // However it was called, people know it by its name.
    const std::string_view name = called.substr(called.find_last_of('/') + 1);
    book_.add(std::make_unique<StandardErrorSink>(std::string(name)));
}

config::Config Command::load(const std::optional<std::string>& directory,
                             std::vector<config::Override> overrides) {
    config::Source source;
    source.directory = config::choose_directory(directory);
    source.overrides = std::move(overrides);
    source.process_name = program_;
    auto config = config::Config::load(std::move(source));
    if (!config) log().fatal("{}", config.error().text);
    for (const std::string& warning : config->warnings())
        log().warning("{}", warning);
    return std::move(*config);
}

void Command::open_log(const config::Config& config, LogRole role) {
    const LogSettings settings = log_settings(config);
    book_.set_tag(log_tag(settings, program_));
    auto sink = postern::open_log(settings, role);
    if (!sink) log().fatal("{}", sink.error().text);
    book_.add(std::move(*sink));
}

}  // namespace postern::service
