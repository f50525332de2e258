// Reading main.cf and master.cf into a plan; see the header.
#include "master/plan.h"

#include "lib/base/strings.h"
#include "lib/config/environment.h"

#include <fmt/format.h>
#include <unistd.h>

#include <thread>

namespace postern::master {

namespace {

using config::Config;
using config::MasterEntry;
using config::ServiceType;

/// Without a limit in main.cf, so many processes at most come of one "-".
constexpr std::size_t most_processes = 100;

Result<service::Identity> identity(const Config& config) {
    if (::geteuid() == 0) return service::mail_owner(config);
    return service::Identity{::geteuid(), ::getegid()};
}

std::vector<std::string> child_environment(const Config& config) {
    auto kept = config::filter_environment(config::current_environment(),
                                           config.list("import_environment"));
    std::erase_if(kept, [](const std::string& item) { return item.starts_with("MAIL_CONFIG="); });
    kept.push_back("MAIL_CONFIG=" + config.directory());
    return kept;
}

bool is_log_service(const MasterEntry& entry, const Config& config) {
    return entry.type == ServiceType::unix_datagram &&
           entry.name == config.text("postlog_service_name");
}

bool can_be_woken(const MasterEntry& entry) {
    return entry.type == ServiceType::unix_stream || entry.type == ServiceType::fifo;
}

void warn(Plan& plan, const MasterEntry& entry, std::string_view problem) {
    plan.warnings.push_back(
        fmt::format("{}: service {}: {}", entry.where.text(), entry.name, problem));
}

void check_entry(Plan& plan, const MasterEntry& entry) {
    const std::string program = plan.config.text("daemon_directory") + "/" + entry.command;
    if (::access(program.c_str(), X_OK) != 0) warn(plan, entry, system_error(program).text);
    if (entry.wake_up.count() != 0 && !can_be_woken(entry))
        warn(plan, entry, "the wake-up time has no effect on this type of service");
    if (entry.type == ServiceType::inet && entry.is_private && !entry.uses_default_private())
        warn(plan, entry, "a service of type inet cannot be private");
}

Result<void> add_service(Plan& plan, MasterEntry entry) {
    auto endpoints = endpoints_of(entry, plan.config);
    if (!endpoints) return endpoints.error();
    check_entry(plan, entry);
    PlannedService planned;
    planned.endpoints = std::move(*endpoints);
    planned.bounds = bounds_of(entry, plan.config);
    planned.is_log = is_log_service(entry, plan.config);
    planned.entry = std::move(entry);
    // First, so that nobody's lines have to wait.
    plan.services.insert(planned.is_log ? plan.services.begin() : plan.services.end(),
                         std::move(planned));
    return success();
}

bool covers(std::string_view pattern, std::string_view name, std::string_view type) {
    const auto dot = pattern.rfind('.');
    if (dot == std::string_view::npos) return pattern == type;
    return pattern.substr(0, dot) == name && pattern.substr(dot + 1) == type;
}

}  // namespace

std::string PlannedService::key() const {
    return fmt::format("{} {}", entry.name, config::service_type_name(entry.type));
}

bool is_disabled(const std::vector<std::string>& master_service_disable, const MasterEntry& entry) {
    const auto type = config::service_type_name(entry.type);
    for (std::string_view pattern : master_service_disable) {
        const bool is_exception = pattern.starts_with('!');
        if (is_exception) pattern.remove_prefix(1);
        if (covers(pattern, entry.name, type)) return !is_exception;
    }
    return false;
}

Bounds bounds_of(const MasterEntry& entry, const Config& config) {
    Bounds bounds;
    bounds.processors = std::max(std::thread::hardware_concurrency(), 1u);
    const bool has_default = config.is_set("default_process_limit");
    if (entry.max_processes)
        bounds.share = *entry.max_processes == 0 ? service::no_limit : *entry.max_processes;
    else if (has_default)
        bounds.share = config.number("default_process_limit");
    else
        bounds.processes = most_processes;
    if (bounds.share == 0) bounds.share = service::no_limit;
    return bounds;
}

Result<Config> read_main_cf(const std::string& directory) {
    config::Source source;
    source.directory = directory;
    source.process_name = "master";
    return Config::load(std::move(source));
}

Result<Plan> Plan::read(const std::string& directory) {
    auto config = read_main_cf(directory);
    if (!config) return config.error();
    const bool chroot_default = !config->is_compatible_with("1");
    const auto file = config::read_master_cf(config->directory() + "/master.cf", chroot_default);
    if (!file) return file.error();
    auto owner = identity(*config);
    if (!owner) return owner.error();
    Plan plan{*config, *owner, {}, child_environment(*config), config->warnings()};
    config::MasterCf services = file->in_effect();
    plan.warnings.insert(plan.warnings.end(), services.warnings.begin(), services.warnings.end());
    const auto disabled = config->list("master_service_disable");
    for (MasterEntry& entry : services.entries)
        if (!is_disabled(disabled, entry))
            if (auto added = add_service(plan, std::move(entry)); !added) return added.error();
    return plan;
}

}  // namespace postern::master
