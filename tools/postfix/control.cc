// Control of a running mail system; see the header.
#include "tools/postfix/control.h"

#include "lib/base/fd.h"
#include "lib/report/system_events.h"
#include "lib/service/run_program.h"
#include "tools/postfix/check.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

namespace postern::postfix {

namespace {

/// How long stop waits for master before it uses force.
constexpr int patience_ms = 15'000;

void announce(const Instance& instance, std::string_view action) {
    const report::SystemCommanded event{.action = action};
    instance.log().line(Severity::info, event.line({}));
    instance.log().book().flush();
}

std::vector<std::string> master_words(const Instance& instance, const char* how) {
    std::vector<std::string> words = {instance.daemon("master"), how};
    for (int level = 0; level < instance.options().verbosity; ++level) words.emplace_back("-v");
    return words;
}

void refuse_if_running(const Instance& instance) {
    if (instance.is_running()) instance.log().fatal("the Postfix mail system is already running");
}

void send(const Instance& instance, pid_t process, int signal) {
    if (::kill(process, signal) != 0)
        instance.log().fatal("{}", system_error(fmt::format("kill {}", process)).text);
}

/// Whether the process has ended in time.
bool has_ended(pid_t process, int wait_ms) {
    const Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (!handle) return true;
    pollfd end{handle.get(), POLLIN, 0};
    return ::poll(&end, 1, wait_ms) > 0;
}

void end_master(const Instance& instance, pid_t process, int signal) {
    send(instance, process, signal);
    if (has_ended(process, patience_ms)) return;
    instance.log().warning("stopping the Postfix mail system with force");
    send(instance, process, SIGKILL);
}

}  // namespace

int start(const Instance& instance) {
    refuse_if_running(instance);
    const auto files = files_of(instance);
    prepare(instance, files);
    mend_queue(instance, files);
    announce(instance, "starting");
    const auto status = service::run_program(master_words(instance, "-w"));
    if (!status) instance.log().fatal("{}", status.error().text);
    if (*status != 0) instance.log().fatal("mail system startup failed");
    report_findings(instance, files, Depth::folders);   // mail need not wait for it
    return 0;
}

int start_in_foreground(const Instance& instance) {
    refuse_if_running(instance);
    if (!instance["multi_instance_directories"].empty())
        instance.log().fatal("start-fg does not support multi_instance_directories");
    const auto files = files_of(instance);
    prepare(instance, files);
    mend_queue(instance, files);
    report_findings(instance, files, Depth::folders);
    announce(instance, "starting");
    const Error failure = service::become_program(master_words(instance, ::getpid() == 1 ? "-i" : "-s"));
    instance.log().fatal("{}", failure.text);
}

int stop(const Instance& instance) {
    const pid_t process = instance.running_master();
    announce(instance, "stopping");
    end_master(instance, process, SIGTERM);
    return 0;
}

int abort(const Instance& instance) {
    const pid_t process = instance.running_master();
    announce(instance, "aborting");
    end_master(instance, process, SIGQUIT);
    return 0;
}

int reload(const Instance& instance) {
    const pid_t process = instance.running_master();
    prepare(instance, files_of(instance));
    announce(instance, "refreshing");
    send(instance, process, SIGHUP);
    return 0;
}

int flush(const Instance& instance) {
    const auto status = service::run_program({instance.command("postqueue"), "-f"});
    if (!status) instance.log().fatal("{}", status.error().text);
    return *status;
}

int status(const Instance& instance) {
    if (const auto process = instance.master()) {
        instance.log().info("the Postfix mail system is running: PID: {}", *process);
        return 0;
    }
    instance.log().info("the Postfix mail system is not running");
    return 1;
}

int check(const Instance& instance) {
    const auto files = files_of(instance);
    prepare(instance, files);
    if (!instance.is_running()) mend_queue(instance, files);
    report_findings(instance, files, Depth::every_file);
    return 0;
}

}  // namespace postern::postfix
