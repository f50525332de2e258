// The files that a chrooted daemon looks for below the queue directory.
#pragma once

#include "lib/base/result.h"
#include "tools/postfix/findings.h"
#include "tools/postfix/instance.h"

#include <string>
#include <vector>

namespace postern::postfix {

/// The machine's files of which there must be a copy: name service, time zone, services.
std::vector<std::string> files_for_chroot();

/// Whether any service of master.cf runs chrooted.
bool needs_chroot(const std::vector<config::MasterEntry>& services);

/// Copies each file that is missing or differs, readable to all. Error names the file.
Result<void> copy_for_chroot(const std::string& queue_directory);
/// Warns of whatever in the queue's etc is another file than that of the machine: "QUEUE/etc/hosts
/// and /etc/hosts differ".
void report_differences(const std::string& queue_directory, Findings& findings);

}  // namespace postern::postfix
