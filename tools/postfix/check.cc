// The checks of an instance; see the header.
#include "tools/postfix/check.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/config/catalogue.h"
#include "lib/config/deprecated.h"
#include "lib/config/names_in_use.h"
#include "lib/service/identity.h"
#include "lib/service/run_program.h"
#include "tools/postfix/chroot_files.h"
#include "tools/postfix/findings.h"
#include "tools/postfix/non_bdb.h"
#include "tools/postfix/parameters_read.h"
#include "tools/postfix/permissions.h"
#include "tools/postfix/watched_folders.h"
#include "tools/postfix/without_effect.h"

#include <sys/stat.h>
#include <unistd.h>

namespace postern::postfix {

namespace {

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
    for (const std::string& name : names.undefined_in_overrides())
        log.warning("{}/master.cf: undefined parameter: {}{}", instance.config().directory(), name,
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

void report_set_gid(const Instance& instance, Findings& findings) {
    const auto group = service::setgid_group(instance.config());
    if (::geteuid() != 0 || !group) return;
    for (const char* name : {"postdrop", "postqueue"}) {
        const std::string path = instance.command(name);
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0) {
            findings.warn("{}", system_error(path).text);
            continue;
        }
        if (status.st_gid != *group)
            findings.warn("not owned by group {}: {}", instance["setgid_group"], path);
        if ((status.st_mode & 02111) != 02111)
            findings.warn("not set-gid or not owner+group+world executable: {}", path);
    }
}

void report_files(const Instance& instance, const std::vector<InstalledFile>& files, Depth depth) {
    Findings findings(instance.log());
    report_wrong(files, findings);
    report_set_gid(instance, findings);
    report_folders(instance, findings);
    report_differences(instance["queue_directory"], findings);
    if (depth == Depth::every_file) report_queue_files(instance, files, findings);
}

/// Only who can become the mail owner, or is, may do it.
bool may_mend_queue(const Instance& instance) {
    const auto owner = service::mail_owner(instance.config());
    return ::geteuid() == 0 || (owner && owner->user == ::geteuid());
}

}  // namespace

std::vector<InstalledFile> files_of(const Instance& instance) {
    auto files = installed_files(instance);
    if (!files) instance.log().fatal("{}", files.error().text);
    return std::move(*files);
}

void prepare(const Instance& instance, const std::vector<InstalledFile>& files) {
    const auto services = instance.services();
    if (auto made = make_missing(files); !made) {
        instance.log().warning("{}", made.error().text);
        instance.log().fatal("unable to create missing queue directories");
    }
    make_missing_tables(instance);
    if (needs_chroot(services))
        if (auto copied = copy_for_chroot(instance["queue_directory"]); !copied)
            instance.log().warning("{}", copied.error().text);
}

void mend_queue(const Instance& instance, const std::vector<InstalledFile>& files) {
    if (!may_mend_queue(instance)) return;
    const auto status = service::run_program({instance.command("postsuper")});
    if (!status) instance.log().fatal("{}", status.error().text);
    if (*status == 0) return;
    report_files(instance, files, Depth::folders);   // the reason may be among these
    instance.log().fatal("Postfix integrity check failed!");
}

void report_findings(const Instance& instance, const std::vector<InstalledFile>& files,
                     Depth depth) {
    const auto [services, warnings] = instance.master_cf();
    for (const std::string& warning : warnings)
        instance.log().warning("{}", warning);
    report_files(instance, files, depth);
    report_unused(instance, services);
    report_unread(instance, services);
    report_deprecated(instance);
    report_programs(instance, services);
}

}  // namespace postern::postfix
