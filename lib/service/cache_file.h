// The table in which a daemon keeps what it has learned, and could learn again.
#pragma once

#include "lib/service/daemon.h"
#include "lib/table/store.h"

#include <memory>
#include <string>
#include <string_view>

namespace postern::service {

/// Opens "type:name" to read and write, or makes it; its file belongs to the mail owner, whoever we
/// are. A file that can be opened, but holds no such table, or one that cannot be read to its end, is
/// damaged: it becomes NAME.damaged, which a warning says, and the cache begins empty. Any other error ends the process, with a line
/// that begins with `parameter`.
std::unique_ptr<table::Store> open_cache(Daemon& daemon, table::Registry& registry,
                                         std::string_view parameter, const std::string& name);

}  // namespace postern::service
