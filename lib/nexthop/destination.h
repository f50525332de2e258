// Where mail is to go, as transport tables and relayhost spell it (smtp(8), "destination syntax").
#pragma once

#include "lib/base/result.h"

#include <string>
#include <string_view>

namespace postern::nexthop {

struct Destination {
    enum class Kind { inet, unix_socket } kind = Kind::inet;
    std::string host;         ///< domain, host name or numeric address, without brackets
    std::string service;      ///< port number or name; "" is the default of the protocol
    std::string path;         ///< of the Unix socket
    bool is_literal = false;  ///< no MX lookup: in brackets, or of LMTP
    bool is_bracketed = false;///< nor is there one of SRV records
    std::string text;         ///< as it was given; the name by which connections are kept

    /// SMTP: "domain", "domain:port", "[host]", "[address]:port". LMTP: "unix:path", "inet:host",
    /// "inet:host:port", "inet:[address]:port"; without "inet:" the same.
    /// Error: permanent, quoting what is wrong.
    static Result<Destination> parse(std::string_view text, bool is_lmtp);
};

}  // namespace postern::nexthop
