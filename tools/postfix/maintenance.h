// The rarer commands of postfix(1): permissions, the log file, the configuration of an upgrade.
#pragma once

#include "tools/postfix/instance.h"

namespace postern::postfix {

// As in control.h.

/// Owners and modes of all files and folders of the installation. Arguments "name=value" change
/// main.cf first.
int set_permissions(const Instance& instance);
/// Renames maillog_file, lets a running mail system begin a new one, and compresses the old.
int rotate_log(const Instance& instance);
/// Arguments "name=value" go into main.cf; services that the mail system needs and that master.cf
/// lacks are added to it.
int upgrade_configuration(const Instance& instance);

}  // namespace postern::postfix
