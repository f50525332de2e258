// postfix check: what is wrong with an installation and its configuration.
#pragma once

#include "tools/postfix/installed_files.h"
#include "tools/postfix/instance.h"

#include <vector>

namespace postern::postfix {

/// What installed_files() gives; an error ends the process.
std::vector<InstalledFile> files_of(const Instance& instance);

/// What start needs as well: makes missing folders, tables (make_missing_tables()) and the copies
/// for a chroot. What prevents a start ends the process: a bad main.cf or master.cf, a folder that
/// cannot be made.
void prepare(const Instance& instance, const std::vector<InstalledFile>& files);

/// Puts the queue in order with postsuper(1), while no mail system runs; a queue that cannot be put
/// in order ends the process. Nothing where we have not the rights of the mail owner.
void mend_queue(const Instance& instance, const std::vector<InstalledFile>& files);

/// How far to look: a start with a large queue cannot wait for a look at each of its files.
enum class Depth { folders, every_file };

/// Everything that is found is a warning: owners and modes, files that others may write, copies
/// for the chroot that differ, parameters that nothing reads, programs that are not there.
void report_findings(const Instance& instance, const std::vector<InstalledFile>& files, Depth depth);

}  // namespace postern::postfix
