// Folders in which nothing may belong to, or be written by, anybody but the one whose they are.
#pragma once

#include "tools/postfix/findings.h"
#include "tools/postfix/installed_files.h"
#include "tools/postfix/instance.h"

#include <vector>

namespace postern::postfix {

/// The folders of programs and configuration, which root reads, that of the data, and those of a
/// chroot in the queue: "not owned by root: PATH", "group or other writable: PATH",
/// "symlink leaves directory: PATH".
void report_folders(const Instance& instance, Findings& findings);

/// Every file in the queue, which takes time with a large one: "not owned by postfix: PATH", and
/// "damaged message: corrupt/ID".
void report_queue_files(const Instance& instance, const std::vector<InstalledFile>& files,
                        Findings& findings);

}  // namespace postern::postfix
