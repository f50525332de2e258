// Authentication by a Dovecot server, over its auth protocol (SASL_README).
#pragma once

#include "lib/base/log.h"
#include "lib/event/condition.h"
#include "lib/event/group.h"
#include "lib/event/pool.h"
#include "lib/sasl/dovecot_line.h"
#include "lib/sasl/server.h"
#include "lib/table/network_table.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace postern::sasl {

/// One in a process. All attempts share one connection, which opens with the first one and is kept;
/// their requests are told apart by number. When it breaks, or Dovecot says what cannot be
/// understood, the attempts under way are unavailable, and the next one connects again.
class Dovecot final : public Server {
public:
    struct Settings {
        std::string path;     ///< smtpd_sasl_path: "private/auth", "unix:PATH", "inet:HOST:PORT"
        std::string service;  ///< smtpd_sasl_service
        seconds wait;         ///< for an answer
    };
    /// Error: permanent, a path that is none. `names`: threads for the name of a host.
    static Result<std::unique_ptr<Dovecot>> open(event::Loop& loop, event::Pool& names,
                                                 Settings settings, Log log);

    Task<Result<std::vector<std::string>>> mechanisms(Peer peer, SecurityOptions demanded) override;
    std::unique_ptr<Exchange> begin(Peer peer, SecurityOptions demanded) override;

private:
    class Attempt;
    /// Where an answer goes.
    struct Waiting {
        explicit Waiting(event::Loop& loop) : changed(loop) {}
        std::optional<DovecotAnswer> answer;
        bool is_lost = false;
        event::Condition changed;
    };

    Dovecot(event::Loop& loop, event::Pool& names, Settings settings, table::Endpoint server,
            Log log);

    Deadline deadline() const { return loop_.in(settings_.wait); }
    Task<Result<void>> connected(Deadline deadline);
    Task<void> converse();
    Task<Result<void>> read_lines();
    bool take(const std::vector<std::string>& words);
    bool greeted(const std::vector<std::string>& words);
    void answered(DovecotAnswer answer);
    void lose_all();
    void say(std::string_view line);
    bool allows(std::string_view mechanism, const SecurityOptions& demanded) const;
    Error unavailable(std::string_view why) const;

    event::Loop& loop_;
    const Settings settings_;
    const Log log_;
    table::ServerConnections server_;
    std::unique_ptr<table::ServerConnections::Connection> connection_;
    bool is_talking_ = false, is_greeted_ = false;
    std::vector<DovecotMechanism> mechanisms_;
    std::map<std::uint32_t, Waiting*> waiting_;
    std::uint32_t next_id_ = 1;
    std::string last_failure_;
    event::Condition changed_;
    event::TaskGroup tasks_;
};

}  // namespace postern::sasl
