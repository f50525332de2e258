// Logging in elsewhere by Cyrus SASL's client library.
#pragma once

#include "lib/base/log.h"
#include "lib/event/pool.h"
#include "lib/sasl/client.h"
#include "lib/sasl/cyrus_library.h"

#include <memory>
#include <string>

namespace postern::sasl {

/// One in a process, made before the chroot, when its plug-ins are loaded. Calls of the library
/// run on `pool`, which outlives this.
class CyrusClient final : public Client {
public:
    struct Settings {
        std::string config_path;  ///< cyrus_sasl_config_path
        std::string service = "smtp";
        bool sends_authzid = false;  ///< send_cyrus_sasl_authzid
    };
    /// Error: permanent, the library cannot be used.
    static Result<std::unique_ptr<CyrusClient>> open(event::Pool& pool, Settings settings, Log log);

    std::unique_ptr<ClientExchange> begin(std::string host, Credentials credentials,
                                          SecurityOptions demanded, bool is_encrypted) override;

private:
    class Attempt;

    CyrusClient(event::Pool& pool, Settings settings, Log log);

    event::Pool& pool_;
    const Settings settings_;
    const Log log_;
    CyrusMessages messages_;
    CyrusCallbacks callbacks_;
};

}  // namespace postern::sasl
