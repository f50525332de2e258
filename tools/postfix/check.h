// postfix check: what is wrong with an installation and its configuration.
#pragma once

#include "tools/postfix/instance.h"

namespace postern::postfix {

/// What start needs as well: makes missing folders, tables (make_missing_tables()), and the copies for
/// a chroot. What prevents a
/// start ends the process before anything is touched: a bad main.cf or master.cf, an unknown
/// mail_owner or setgid_group.
void prepare(const Instance& instance);

/// Everything that is found is a warning: owners and modes, files that others may write, copies
/// for the chroot that differ, parameters that nothing reads, programs that are not there.
void report_findings(const Instance& instance);

}  // namespace postern::postfix
