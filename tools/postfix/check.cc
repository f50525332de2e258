// The checks of an instance; see the header.
#include "tools/postfix/check.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/config/catalogue.h"
#include "lib/config/deprecated.h"
#include "lib/config/names_in_use.h"
#include "tools/postfix/chroot_files.h"
#include "tools/postfix/folders.h"
#include "tools/postfix/non_bdb.h"
#include "tools/postfix/parameters_read.h"
#include "tools/postfix/without_effect.h"

#include <unistd.h>

#include <filesystem>
#include <set>

namespace postern::postfix {

namespace {

std::vector<Folder> folders_of(const Instance& instance) {
    auto list = folders(instance.config());
    if (!list) instance.log().fatal("{}", list.error().text);
    return std::move(*list);
}

/// "; did you mean "NAME"?" where a known name is near, with helpful_warnings.
std::string suggestion(const Instance& instance, std::string_view name) {
    if (!instance.config().boolean("helpful_warnings")) return "";
    const auto near = config::nearest_name(name);
    return near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near);
}

void report_unused(const Instance& instance, const std::vector<config::MasterEntry>& services) {
    const Log& log = instance.log();
    const config::NamesInUse names(instance.config().settings(), services);
    for (const config::Setting& setting : names.unused())
        log.warning("{}: unused parameter: {}={}{}", setting.where.text(), setting.name,
                    setting.value, suggestion(instance, setting.name));
    for (const std::string& name : names.undefined())
        log.warning("{}/main.cf: undefined parameter: {}{}", instance.config().directory(), name,
                    suggestion(instance, name));
    for (const auto& unused : names.unused_overrides())
        log.warning("{}: unused parameter: {}={}{}", unused.service->where.text(),
                    unused.override->name, unused.override->value,
                    suggestion(instance, unused.override->name));
}

/// What Postfix would do and we do not: parameters that are known and that nobody reads.
void report_unread(const Instance& instance, const std::vector<config::MasterEntry>& services) {
    const Log& log = instance.log();
    const auto is_unread = [](const std::string& name) {
        return config::find_parameter(name) && readers_of(name).empty() && !is_ignored_by_design(name);
    };
    for (const config::Setting& setting : instance.config().settings())
        if (is_unread(setting.name))
            log.warning("{}: {} has no effect", setting.where.text(), setting.name);
    for (const config::MasterEntry& entry : services)
        for (const config::Override& override : entry.overrides)
            if (is_unread(override.name))
                log.warning("{}: service {}: {} has no effect", entry.where.text(), entry.name,
                            override.name);
    if (instance.options().verbosity == 0) return;
    for (const std::string_view name : unread_parameters())
        if (!is_ignored_by_design(name)) log.info("without effect: {}", name);
}

void report_deprecated(const Instance& instance) {
    for (const config::Setting& setting : instance.config().settings())
        if (const std::string advice = config::deprecation(setting.name); !advice.empty())
            instance.log().warning("{}: {}", setting.where.text(), advice);
}

void report_programs(const Instance& instance, const std::vector<config::MasterEntry>& services) {
    for (const config::MasterEntry& entry : services) {
        const std::string program = instance.daemon(entry.command);
        if (::access(program.c_str(), X_OK) != 0)
            instance.log().warning("{}: service {}: {}", entry.where.text(), entry.name,
                                   system_error(program).text);
    }
}

/// What root's programs read must not be written by others.
void report_writable(const std::string& folder, const Log& log) {
    std::error_code failure;
    const auto options = std::filesystem::directory_options::skip_permission_denied;
    for (const auto& item :
         std::filesystem::recursive_directory_iterator(folder, options, failure)) {
        struct stat status {};
        if (::lstat(item.path().c_str(), &status) != 0 || S_ISLNK(status.st_mode)) continue;
        if (::geteuid() == 0 && status.st_uid != 0)
            log.warning("not owned by root: {}", item.path().string());
        if ((status.st_mode & 022) != 0)
            log.warning("group or other writable: {}", item.path().string());
    }
    if (failure) log.warning("{}: {}", folder, failure.message());
}

void report_set_gid(const Instance& instance) {
    const auto group = service::setgid_group(instance.config());
    if (::geteuid() != 0 || !group) return;
    for (const char* name : {"postdrop", "postqueue"}) {
        const std::string path = instance.command(name);
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0)
            instance.log().warning("{}", system_error(path).text);
        else if (status.st_gid != *group)
            instance.log().warning("not owned by group {}: {}", instance["setgid_group"], path);
        else if ((status.st_mode & 02111) != 02111)
            instance.log().warning("not set-gid or not owner+group+world executable: {}", path);
    }
}

}  // namespace

void prepare(const Instance& instance) {
    const auto services = instance.services();
    const auto list = folders_of(instance);
    if (auto made = make_missing(list); !made) instance.log().fatal("{}", made.error().text);
    make_missing_tables(instance);
    if (!needs_chroot(services)) return;
    if (auto copied = copy_for_chroot(instance["queue_directory"]); !copied)
        instance.log().warning("{}", copied.error().text);
}

void report_findings(const Instance& instance) {
    const auto services = instance.services();
    report_wrong(folders_of(instance), instance.log());
    if (needs_chroot(services)) report_differences(instance["queue_directory"], instance.log());
    const std::set<std::string> watched = {instance.config().directory(),
                                           instance["meta_directory"],
                                           instance["daemon_directory"]};
    for (const std::string& folder : watched) report_writable(folder, instance.log());
    report_set_gid(instance);
    report_unused(instance, services);
    report_unread(instance, services);
    report_deprecated(instance);
    report_programs(instance, services);
}

}  // namespace postern::postfix
