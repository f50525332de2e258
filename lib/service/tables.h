// The tables of a daemon: opened before the chroot, watched for changes, with proxymap behind
// proxy:.
#pragma once

#include "lib/service/daemon.h"
#include "lib/service/proxymap_backend.h"
#include "lib/table/registry.h"

#include <memory>
#include <string>
#include <string_view>

namespace postern::service {

class Tables {
public:
    explicit Tables(Daemon& daemon);

    table::Registry& registry() noexcept { return registry_; }
    /// The tables of a parameter. A value that is no list of tables ends the process: a mistake
    /// in main.cf, found at start.
    table::Maps open(std::string_view parameter, table::OpenOptions options = {});
    /// From now on the process retires when a file of an open table changes.
    void watch();

private:
    void report_unopened(const std::string& text);

    Daemon& daemon_;
    ProxymapBackend proxymap_;
    table::Registry registry_;
};

}  // namespace postern::service
