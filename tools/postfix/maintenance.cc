// Maintenance; see the header.
#include "tools/postfix/maintenance.h"

#include "lib/base/fd.h"
#include "lib/base/open_log.h"
#include "lib/config/edit.h"
#include "lib/service/run_program.h"
#include "tools/postfix/installed_files.h"
#include "tools/postfix/permissions.h"
#include "tools/postfix/required_services.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <filesystem>

namespace postern::postfix {

namespace {

void require(const Instance& instance, const Result<void>& done) {
    if (!done) instance.log().fatal("{}", done.error().text);
}

/// The arguments "name=value" go into main.cf.
void assign(const Instance& instance) {
    std::vector<config::Assignment> assignments;
    for (const std::string& argument : instance.options().arguments) {
        const auto setting = config::parse_override(argument);
        if (!setting) instance.log().fatal("{}: {}", argument, setting.error().text);
        assignments.push_back({setting->name, setting->value});
    }
    if (assignments.empty()) return;
    require(instance, config::edit_file(instance.config().directory() + "/main.cf",
                                        [&](std::string text) -> Result<std::string> {
                                            return config::assign(text, assignments);
                                        }));
}

/// main.cf may have changed who owns what.
config::Config reread(const Instance& instance) {
    config::Source source;
    source.directory = instance.config().directory();
    source.process_name = "postfix";
    auto config = config::Config::load(std::move(source));
    if (!config) instance.log().fatal("{}", config.error().text);
    return std::move(*config);
}

std::string rotated_name(const Instance& instance) {
    const std::time_t now = std::time(nullptr);
    char suffix[256] = "";
    const std::string format = instance["maillog_file_rotate_suffix"];
    std::strftime(suffix, sizeof suffix, format.c_str(), std::localtime(&now));
    return instance["maillog_file"] + "." + suffix;
}

/// Waits until nobody has the file open any more: what the old postlogd still writes must not get
/// lost in a file that is being compressed. A lease (fcntl(2)) is given on such a file only.
void wait_for_sole_use(const std::string& path, const Log& log) {
    constexpr int tries = 100;
    const timespec pause{0, 50'000'000};
    const auto file = open_file(path, O_RDONLY);
    for (int i = 0; file && i < tries; ++i) {
        if (::fcntl(file->get(), F_SETLEASE, F_WRLCK) == 0) return;
        if (errno != EAGAIN) return log.verbose(1, "{}", system_error("lease on " + path).text);
        ::nanosleep(&pause, nullptr);
    }
    log.warning("{} is still in use; what is written to it from now on may get lost", path);
}

}  // namespace

int set_permissions(const Instance& instance) {
    assign(instance);
    const Instance now(reread(instance), instance.options(), instance.log());
    const auto files = installed_files(now);
    if (!files) now.log().fatal("{}", files.error().text);
    require(now, set_permissions(*files));
    return 0;
}

int rotate_log(const Instance& instance) {
    const std::string file = instance["maillog_file"];
    if (file.empty()) instance.log().fatal("maillog_file is not set: there is no log file to rotate");
    if (file.starts_with("/dev/")) instance.log().fatal("not rotating '{}'", file);
    const std::string rotated = rotated_name(instance);
    if (::access(rotated.c_str(), F_OK) == 0) instance.log().fatal("{} exists already", rotated);
    if (::rename(file.c_str(), rotated.c_str()) != 0)
        instance.log().fatal("{}", system_error("rename " + file + " to " + rotated).text);
    if (const auto process = instance.master()) {
        ::kill(*process, SIGHUP);
        wait_for_sole_use(rotated, instance.log());
    }
    const auto status = service::run_program({instance["maillog_file_compressor"], rotated});
    if (!status) instance.log().fatal("maillog_file_compressor: {}", status.error().text);
    return *status;
}

int upgrade_configuration(const Instance& instance) {
    assign(instance);
    const auto lines = missing_services(instance.services());
    if (lines.empty()) return 0;
    for (const std::string& line : lines) instance.log().info("adding missing entry: {}", line);
    require(instance, config::edit_file(instance.config().directory() + "/master.cf",
                                        [&](std::string text) -> Result<std::string> {
                                            if (!text.empty() && text.back() != '\n') text += '\n';
                                            for (const std::string& line : lines) text += line + "\n";
                                            return text;
                                        }));
    return 0;
}

}  // namespace postern::postfix
