// Chooses where a program's log lines go, from main.cf and from what kind of program it is
// (MAILLOG_README, postlogd(8), postlog(1)).
#pragma once

#include "lib/base/log_sink.h"
#include "lib/base/result.h"

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace postern {

/// The parameters that decide; the names are those of main.cf.
struct LogSettings {
    std::string syslog_name = "postfix";
    std::string syslog_facility = "mail";
    std::string maillog_file;
    std::vector<std::string> maillog_file_prefixes = {"/var", "/dev/stdout"};
    std::string maillog_file_permissions = "0600";
    std::string postlog_service_name = "postlog";
    std::string queue_directory;
    std::string myhostname = {};
};

enum class LogRole {
    daemon,           ///< to postlogd, through master, which starts it
    log_server,       ///< postlogd itself: to syslog
    administration,   ///< postfix, postsuper, postmulti, postlog: to postlogd, or straight to the
                      ///< file when that is down
    command,          ///< other commands: to postlogd where rights suffice, else to syslog
};

/// "postfix/smtpd": the tag of a program's lines; before main.cf is read, with MAIL_LOGTAG of the
/// environment, or "postfix".
std::string log_tag(const LogSettings& settings, std::string_view program);
std::string early_log_tag(std::string_view program);

/// The sink of a program. Before chroot and loss of rights. The environment has POSTLOG_SERVICE (a
/// path of postlogd's socket that goes before the one of `settings`) and POSTLOG_HOSTNAME (below). Errors, permanent, naming the parameter and its value: the file
/// name has none of maillog_file_prefixes, the permissions are none of 0600, 0640 and 0644, the
/// facility is unknown.
Result<std::unique_ptr<LogSink>> open_log(const LogSettings& settings, LogRole role);

/// maillog_file as postlogd writes it: appended to, made with maillog_file_permissions, or
/// standard output for /dev/stdout. Errors as above, and those of the file.
Result<Fd> open_maillog_file(const LogSettings& settings);

/// The host name in the lines of a log file: the first label of POSTLOG_HOSTNAME, of myhostname, or
/// of the machine's name.
std::string log_host(const LogSettings& settings);

/// The socket of postlogd: POSTLOG_SERVICE, or "public/postlog_service_name" in the queue directory.
/// For a daemon, whose working directory that is, relative to it.
std::string postlog_socket(const LogSettings& settings, LogRole role);

}  // namespace postern
