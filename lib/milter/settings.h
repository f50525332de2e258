// Which milters there are, and how they are spoken with (smtpd_milters and its like, MILTER_README).
#pragma once

#include "lib/config/config.h"
#include "lib/table/network_table.h"

#include <string>
#include <vector>

namespace postern::milter {

/// When a milter cannot be reached, or says what it must not.
enum class DefaultAction { accept, reject, tempfail, quarantine, shutdown };

struct MilterSettings {
    table::Endpoint endpoint;
    std::string name;   ///< as main.cf has it: "inet:localhost:8891"
    int protocol = 6;
    seconds connect_timeout{30}, command_timeout{30}, content_timeout{300};
    DefaultAction default_action = DefaultAction::shutdown;
    /// False: a table has something else there, and mail has to wait for who looks after it.
    bool is_usable = true;
};

/// The milter_* parameters, for milters that have none of their own.
MilterSettings milter_defaults(const config::Config& config);

/// "inet:host:port, { unix:/path, connect_timeout=10s, default_action=accept }". Errors, permanent:
/// an endpoint, a name or a value that is none; the text quotes it.
Result<std::vector<MilterSettings>> parse_milters(std::string_view text, const MilterSettings& defaults);

}  // namespace postern::milter
