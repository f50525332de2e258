// Iteration.
#include "tools/postmulti/iteration.h"

#include "lib/service/run_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace postern::postmulti {

namespace {

bool is_among(const config::Config& primary, const char* parameter, std::string_view command) {
    const auto commands = primary.list(parameter);
    return std::ranges::find(commands, command) != commands.end();
}

/// A command that cannot be run for one instance may be there for the next.
bool has_succeeded(const Result<int>& status, const Log& log) {
    if (!status) log.error("{}", status.error().text);
    return status && *status == 0;
}

void export_environment(const Instance& instance, int verbosity) {
    const auto set = [](const char* name, const std::string& value) {
        ::setenv(name, value.c_str(), 1);
    };
    set("MAIL_CONFIG", instance.directory());
    if (verbosity > 0) set("MAIL_VERBOSE", "");
    for (const char* name : {"command_directory", "daemon_directory", "config_directory",
                             "queue_directory", "data_directory", "multi_instance_name",
                             "multi_instance_group", "multi_instance_enable"})
        set(name, instance.config.text(name));
}

}  // namespace

void list(const std::vector<Instance>& instances) {
    const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
    for (const Instance& instance : instances)
        fmt::print("{:<15} {:<15} {:<9} {}\n", or_dash(instance.name()), or_dash(instance.group()),
                   instance.is_enabled() ? "y" : "n", instance.directory());
}

Treatment treatment(const Instance& instance, std::string_view command,
                    const config::Config& primary) {
    if (instance.is_enabled()) return Treatment::run;
    if (is_among(primary, "postmulti_start_commands", command)) return Treatment::check_only;
    const bool needs_running = is_among(primary, "postmulti_stop_commands", command) ||
                               is_among(primary, "postmulti_control_commands", command);
    return needs_running ? Treatment::skip : Treatment::run;
}

int run_postfix(std::vector<Instance> instances, const Options& options,
                const config::Config& primary, const Log& log) {
    const std::string& command = options.words.front();
    if (is_among(primary, "postmulti_stop_commands", command)) std::ranges::reverse(instances);
    bool is_good = true;
    for (const Instance& instance : instances) {
        const Treatment how = treatment(instance, command, primary);
        if (how == Treatment::skip) continue;
        std::vector<std::string> words = {primary.text("command_directory") + "/postfix", "-c",
                                          instance.directory()};
        if (how == Treatment::check_only)
            words.emplace_back("check");
        else
            words.insert(words.end(), options.words.begin(), options.words.end());
        export_environment(instance, options.verbosity);
        is_good = has_succeeded(service::run_program(words), log) && is_good;
    }
    return is_good ? 0 : 1;
}

int run_command(const std::vector<Instance>& instances, const Options& options, const Log& log) {
    bool is_good = true;
    for (const Instance& instance : instances) {
        export_environment(instance, options.verbosity);
        is_good = has_succeeded(service::run_program(options.words), log) && is_good;
    }
    return is_good ? 0 : 1;
}

}  // namespace postern::postmulti
