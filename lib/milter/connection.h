// The connection to one milter: opened, agreed upon, and then packets in both directions.
#pragma once

#include "lib/base/log.h"
#include "lib/event/pool.h"
#include "lib/milter/macros.h"
#include "lib/milter/protocol.h"
#include "lib/milter/settings.h"

#include <memory>
#include <string>
#include <string_view>

namespace postern::milter {

/// What all milters of a process share; outlives them.
struct Surroundings {
    event::Loop& loop;
    event::Pool& names;   ///< for the names of hosts
    MacroLists macros;
    Log log;
};

/// What both sides have agreed upon.
struct Agreement {
    int version;
    std::uint32_t steps = 0;   ///< bits of Step: what the milter wants, and does not want
    MacroLists macros;

    bool has(std::uint32_t step) const noexcept { return (steps & step) != 0; }
};

class Connection {
public:
    /// Connects and negotiates, within milter_connect_timeout each. Errors say what went wrong, and with
    /// which milter, in words for the log.
    static Task<Result<Connection>> open(const Surroundings& surroundings,
                                         const MilterSettings& settings);

    const Agreement& agreement() const noexcept { return agreement_; }

    /// Written at the end of this turn of the loop.
    void send(Command command, std::string_view data);
    /// Waits until all that was sent is on its way.
    auto flush(Deadline deadline) { return connection_->stream.flush(deadline); }
    /// The next packet. Errors: of the connection; permanent, a packet that cannot be.
    Task<Result<Packet>> read(Deadline deadline);
    /// Says QUIT as far as that goes without waiting.
    void quit();

private:
    explicit Connection(std::unique_ptr<table::ServerConnections::Connection> connection)
        : connection_(std::move(connection)) {}

    std::unique_ptr<table::ServerConnections::Connection> connection_;
    Agreement agreement_{};
};

/// What a milter makes of our offer, its answer to NEGOTIATE. Error, permanent: it wants what we
/// do not have.
Result<Agreement> agreement_of(const Packet& answer, int our_version, MacroLists our_macros);

}  // namespace postern::milter
