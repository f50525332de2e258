// Sinks by configuration; see the header.
#include "lib/base/open_log.h"

#include "lib/base/strings.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace postern {

namespace {

std::string_view environment(const char* name) {
    const char* value = ::secure_getenv(name);   // a set-gid command does not take it from anybody
    return value ? value : "";
}

constexpr std::string_view standard_output = "/dev/stdout";

Result<void> check_name(const LogSettings& settings) {
    const auto& prefixes = settings.maillog_file_prefixes;
    const bool is_allowed = std::any_of(
        prefixes.begin(), prefixes.end(),
        [&](const std::string& prefix) { return settings.maillog_file.starts_with(prefix); });
    if (is_allowed) return success();
    return permanent(fmt::format("maillog_file value \"{}\" does not begin with any of "
                                 "maillog_file_prefixes: {}",
                                 settings.maillog_file, join(prefixes, ", ")));
}

Result<mode_t> permissions(const LogSettings& settings) {
    std::string_view text = settings.maillog_file_permissions;
    if (text.starts_with('0')) text.remove_prefix(1);
    if (text == "600") return mode_t{0600};
    if (text == "640") return mode_t{0640};
    if (text == "644") return mode_t{0644};
    return permanent(fmt::format("maillog_file_permissions value \"{}\": give 0600, 0640 or 0644",
                                 settings.maillog_file_permissions));
}

Result<std::unique_ptr<LogSink>> syslog(const LogSettings& settings) {
    const auto facility = syslog_facility_number(settings.syslog_facility);
    if (!facility)
        return permanent(fmt::format("syslog_facility value \"{}\": unknown syslog facility",
                                     settings.syslog_facility));
    return std::unique_ptr<LogSink>(std::make_unique<SyslogSink>(*facility));
}

/// For the commands that may write the file themselves, unless it would spoil their output.
Result<std::unique_ptr<LogSink>> file(const LogSettings& settings) {
    if (settings.maillog_file == standard_output) return std::unique_ptr<LogSink>();
    auto opened = open_maillog_file(settings);
    if (!opened) return opened.error();
    return std::unique_ptr<LogSink>(std::make_unique<FileSink>(std::move(*opened), log_host(settings)));
}

/// Where lines go while postlogd cannot be reached.
Result<std::unique_ptr<LogSink>> without_postlogd(const LogSettings& settings, LogRole role) {
    if (role != LogRole::administration) return syslog(settings);
    auto direct = file(settings);
    if (direct && *direct) return direct;
    return syslog(settings);   // an ordinary user may not write the file
}

}  // namespace

std::string log_tag(const LogSettings& settings, std::string_view program) {
    return fmt::format("{}/{}", settings.syslog_name, program);
}

std::string early_log_tag(std::string_view program) {
    const std::string_view given = environment("MAIL_LOGTAG");
    return fmt::format("{}/{}", given.empty() ? "postfix" : given, program);
}

Result<std::unique_ptr<LogSink>> open_log(const LogSettings& settings, LogRole role) {
    if (settings.maillog_file.empty() || role == LogRole::log_server) return syslog(settings);
    if (auto checked = check_name(settings); !checked) return checked.error();
    if (auto mode = permissions(settings); !mode) return mode.error();
    auto otherwise = without_postlogd(settings, role);
    if (!otherwise) return otherwise.error();
    return std::unique_ptr<LogSink>(std::make_unique<PostlogSink>(
        postlog_socket(settings, role), std::move(*otherwise)));
}

Result<Fd> open_maillog_file(const LogSettings& settings) {
    if (auto checked = check_name(settings); !checked) return checked.error();
    if (settings.maillog_file == standard_output) {
        Fd output(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
        if (!output) return system_error("maillog_file: standard output");
        return output;
    }
    const auto mode = permissions(settings);
    if (!mode) return mode.error();
    auto fresh = open_file(settings.maillog_file, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, *mode);
    if (fresh) {
        if (::fchmod(fresh->get(), *mode) != 0) return system_error(settings.maillog_file);
        return fresh;
    }
    auto existing = open_file(settings.maillog_file, O_WRONLY | O_APPEND | O_NONBLOCK);
    if (!existing) return existing.error().in("maillog_file");
    return existing;
}

std::string log_host(const LogSettings& settings) {
    std::string name(environment("POSTLOG_HOSTNAME"));
    if (name.empty()) name = settings.myhostname;
    if (name.empty()) {
        char machine[256] = "";
        if (::gethostname(machine, sizeof machine - 1) != 0) return "localhost";
        name = machine;
    }
    return name.substr(0, name.find('.'));
}

std::string postlog_socket(const LogSettings& settings, LogRole role) {
    const std::string folder = settings.queue_directory + "/";
    std::string path(environment("POSTLOG_SERVICE"));
    if (path.empty()) path = folder + "public/" + settings.postlog_service_name;
    if (role == LogRole::daemon && path.starts_with(folder)) path.erase(0, folder.size());
    return path;
}

}  // namespace postern
