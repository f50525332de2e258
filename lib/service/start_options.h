// How master starts a program: `argv[0]` is the program's name; MAIL_CONFIG in the environment is
// the configuration directory; the working directory is the queue directory; standard input, output
// and error are /dev/null.
//
//     -n name       service name (first column of master.cf)
//     -t type       inet, unix, pass, unix-dgram
//     -s count      number of listening sockets, from first_listen_fd on
//     -L share      how many sessions, deliveries or processes are left for it; -1: no limit
//     -c            chroot to the queue directory
//     -u            run as mail_owner for good (the column `unpriv`)
//     -l            a limit of one process (maxproc 1): for services that must be alone
//     -o name=value and -v as in master.cf; -o stress=yes when the service is at its bound
//     -D            run debugger_command, in master.cf by hand
//     -S            of smtpd's main
#pragma once

#include "lib/base/result.h"
#include "lib/config/config.h"
#include "lib/service/master_link.h"

#include <string>
#include <vector>

namespace postern::service {

struct StartOptions {
    std::string service_name, service_type = "unix";
    int sockets = 0;
    std::int64_t share = no_limit;
    bool chroot = false, unprivileged = false, is_alone = false, is_debugged = false;
    int verbosity = 0;
    std::vector<config::Override> overrides;
    std::vector<std::string> arguments;   ///< what follows the options: "flags=DR", "argv=..."
};

/// Errors (permanent): what is wrong with the command line.
Result<StartOptions> parse_start_options(int argc, char** argv);

}  // namespace postern::service
