// postlogd: writes the log lines of all programs to maillog_file (postlogd(8), MAILLOG_README).
#include "lib/base/strings.h"
#include "lib/service/daemon.h"
#include "lib/service/log_settings.h"
#include "lib/service/master_link.h"
#include "services/postlogd/collector.h"
#include "services/postlogd/log_file.h"

#include <memory>

namespace postern::postlogd {

namespace {

/// How long others, who finish what is in flight when master has gone, may be silent before
/// their log goes too.
constexpr milliseconds last_silence{2000};

/// The file is opened with the rights of master: it may be root's.
Collector::Write to_file(const service::Daemon& daemon, const LogSettings& settings) {
    auto file = open_maillog_file(settings);
    if (!file) daemon.log().fatal("{}", file.error().text);
    // Shared because a std::function must be copyable.
    auto log_file = std::make_shared<LogFile>(std::move(*file), settings.maillog_file, daemon.log(),
                                              daemon.config().time("postlogd_watchdog_timeout"));
    return [log_file](std::string_view lines) {
        log_file->write(lines);
        return !log_file->has_backlog();
    };
}

/// maillog_file was emptied: what programs started before then still send goes the way of ours.
Collector::Write to_syslog(const service::Daemon& daemon) {
    return [&daemon](std::string_view lines) {
        for (std::string_view line : split(lines, "\n")) daemon.log().line(Severity::info, line);
        return true;
    };
}

}  // namespace

}  // namespace postern::postlogd

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("postlogd", argc, argv, {.share_is_processes = true});
    const LogSettings settings = service::log_settings(daemon.config());
    postlogd::Collector collector(daemon.loop(), service::first_listen_fd, daemon.unsent_lines(),
                                  log_host(settings),
                                  settings.maillog_file.empty()
                                      ? postlogd::to_syslog(daemon)
                                      : postlogd::to_file(daemon, settings));
    daemon.drop_privileges();

    const int status = daemon.serve_datagrams([&collector](int) { collector.receive(); });
    if (daemon.is_master_gone())
        collector.finish(postlogd::last_silence);
    else
        collector.write_all();
    return status;
}
