// postfix non-bdb: away from Berkeley DB (postfix-non-bdb(1)).
#pragma once

#include "tools/postfix/instance.h"

namespace postern::postfix {

/// status, disable, enable-redirect, enable-reindex. The exit status; ends the process with a line
/// that says why it did not do what it was asked to.
int non_bdb(const Instance& instance);

/// With non_bdb_migration_level = enable-reindex: makes the tables that take the place of those of main.cf
/// and master.cf and are not there. What must not be made, as NON_BERKELEYDB_README has it, is logged.
/// Postfix has a service for it (non_bdb_migration_service_name), which daemons ask when they open such a
/// table; here every start, reload and check has made it before.
void make_missing_tables(const Instance& instance);

}  // namespace postern::postfix
