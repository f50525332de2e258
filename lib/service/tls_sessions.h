// tls::SessionStore by requests to tlsmgr, tls::TraceGate by requests to anvil.
#pragma once

#include "lib/event/group.h"
#include "lib/service/client.h"
#include "lib/tls/session_store.h"
#include "lib/tls/trace_gate.h"

#include <string>

namespace postern::service {

class Daemon;

class TlsSessions final : public tls::SessionStore, public tls::TraceGate {
public:
    explicit TlsSessions(Daemon& daemon);

    Task<Result<std::vector<tls::TicketKey>>> ticket_keys() override;
    Task<Result<std::optional<std::string>>> find(tls::SessionCache cache, std::string id) override;
    void save(tls::SessionCache cache, std::string id, std::string session) override;
    void remove(tls::SessionCache cache, std::string id) override;
    Task<Result<std::string>> random_bytes() override;
    Task<bool> may_begin() override;

private:
    Task<void> tell(tls::SessionCache cache, std::string id, std::string session);
    Deadline deadline() const;

    Daemon& daemon_;
    Client tlsmgr_, anvil_;
};

}  // namespace postern::service
