// The instance; see the header.
#include "tools/postfix/instance.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/service/run_program.h"

namespace postern::postfix {

std::string Instance::command(std::string_view name) const {
    return fmt::format("{}/{}", config_.text("command_directory"), name);
}

std::string Instance::daemon(std::string_view name) const {
    return fmt::format("{}/{}", config_.text("daemon_directory"), name);
}

config::MasterCf Instance::master_cf() const {
    const auto file = config::read_master_cf(config_.directory() + "/master.cf",
                                             !config_.is_compatible_with("1"));
    if (!file) log_.fatal("{}", file.error().text);
    return file->in_effect();
}

bool Instance::is_running() const {
    const auto status = service::run_program({daemon("master"), "-c", config_.directory(), "-t"});
    if (!status) log_.fatal("{}", status.error().text);
    return *status != 0;
}

std::optional<pid_t> Instance::master() const {
    if (!is_running()) return {};
    const std::string path = fmt::format("{}/{}/master.pid", config_.text("queue_directory"),
                                         config_.text("process_id_directory"));
    const auto text = read_file(path, 100);
    if (!text) log_.fatal("{}", text.error().text);
    const auto number = parse_number(trim(*text));
    if (!number) log_.fatal("{} has no process id", path);
    return static_cast<pid_t>(*number);
}

pid_t Instance::running_master() const {
    const auto process = master();
    if (!process) log_.fatal("the Postfix mail system is not running");
    return *process;
}

}  // namespace postern::postfix
