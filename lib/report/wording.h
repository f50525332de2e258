// How events are worded: the parameters that shape log lines, and the pieces that many lines share.
#pragma once

#include "lib/base/clock.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::report {

/// The names are those of main.cf.
struct Wording {
    enum class AddressFormat { external, internal };
    AddressFormat info_log_address_format = AddressFormat::external;
    bool respectful_logging = true;
    bool smtpd_client_port_logging = false;
    int delay_logging_resolution_limit = 2;   ///< 0 to 6

    /// "<address>" in the format that is configured. `internal` is an address in internal form.
    std::string address(std::string_view internal) const;
    /// "allowlist" and "denylist", or the older words.
    std::string_view allowlist() const { return respectful_logging ? "allowlist" : "whitelist"; }
    std::string_view denylist() const { return respectful_logging ? "denylist" : "blacklist"; }
};

/// A client, or the server of a delivery. Views, as all of an event's text, live for the report.
struct Peer {
    std::string_view name = "unknown";   ///< verified host name
    std::string_view address;            ///< numeric, without brackets
    std::uint16_t port = 0;              ///< 0: not known
};

/// "name[address]", with ":port" where it is known.
std::string host_and_port(const Peer& peer);
/// "name[address]", with the port where smtpd_client_port_logging asks for it.
std::string client_text(const Peer& client, const Wording& wording);

/// A delay as `delay=` has it: whole seconds from 100 s, "0" below the limit, at most two
/// significant digits between: "0.05", "1.2", "12", "0".
std::string delay_text(microseconds delay, int resolution_limit);

}  // namespace postern::report
