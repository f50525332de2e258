// Authentication by Cyrus SASL (SASL_README): NAME.conf says who checks passwords (saslauthd,
// sasldb, any auxprop plug-in) and with which mechanisms.
#pragma once

#include "lib/base/log.h"
#include "lib/event/pool.h"
#include "lib/sasl/cyrus_library.h"
#include "lib/sasl/server.h"

#include <map>
#include <memory>
#include <string>
#include <tuple>

namespace postern::sasl {

/// One in a process, made before the chroot: NAME.conf and the plug-ins are read then; sockets
/// and password files are opened later, by their path within it. The library may wait for as
/// long as it likes, so its calls run on `pool`, which outlives this.
class CyrusServer final : public Server {
public:
    struct Settings {
        std::string application;  ///< NAME (smtpd_sasl_path)
        std::string config_path;  ///< cyrus_sasl_config_path
        std::string service;      ///< smtpd_sasl_service
        std::string hostname;
        std::string realm;  ///< smtpd_sasl_local_domain; "": of the client's choice
    };
    /// Error: permanent, the library cannot be used; its text says why.
    static Result<std::unique_ptr<CyrusServer>> open(event::Pool& pool, Settings settings, Log log);
    ~CyrusServer() override;

    Task<Result<std::vector<std::string>>> mechanisms(Peer peer, SecurityOptions demanded) override;
    std::unique_ptr<Exchange> begin(Peer peer, SecurityOptions demanded) override;

private:
    class Attempt;

    CyrusServer(event::Pool& pool, Settings settings, Log log);

    event::Pool& pool_;
    const Settings settings_;
    const Log log_;
    CyrusMessages messages_;
    CyrusCallbacks callbacks_;
    /// The library gives the same list under the same circumstances.
    std::map<std::tuple<SecurityOptions, unsigned, bool>, std::vector<std::string>> offered_;
};

}  // namespace postern::sasl
