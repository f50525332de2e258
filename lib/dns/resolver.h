// Asking the DNS. What asks takes a Resolver, so that a test can answer.
#pragma once

#include "lib/base/result.h"
#include "lib/dns/record.h"
#include "lib/event/task.h"
#include "lib/event/timers.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::dns {

/// What the DNS knows.
struct Response {
    enum Outcome {
        found,          ///< there are records
        no_such_name,   ///< NXDOMAIN: the name does not exist, in any type
        no_data,        ///< the name exists, without a record of the type
        malformed,      ///< there are records, none of which can be used: see `complaints`
    };
    Outcome outcome = no_data;
    std::vector<Record> records;           ///< of the type that was asked for
    std::string canonical_name;            ///< the name at the end of its CNAMEs
    bool is_authenticated = false;         ///< the name server vouches for it (AD, RFC 4035)
    seconds ttl{0};                        ///< the least of all records and aliases on the way; of a
                                           ///< negative answer as RFC 2308 has it, 0: not said
    std::vector<std::string> complaints;   ///< records that were passed over, and why; to be logged

    /// The words for people: "Host not found" and so on.
    std::string_view reason() const noexcept;
};

/// Errors: temporary "Host not found, try again" when no name server could tell (SERVFAIL, none
/// reachable, no answer in time); timeout (`deadline`) with the same text; permanent "Name server
/// loop for NAME", its aliases run in a circle.
class Resolver {
public:
    virtual ~Resolver() = default;
    virtual Task<Result<Response>> look_up(std::string name, Type type, Deadline deadline) = 0;
};

/// The name that PTR records are found by: "1.2.0.192.in-addr.arpa" (RFC 1035 section 3.5, RFC 3596
/// section 2.5); with another `zone`, as block lists have it.
std::string reverse_name(const event::SocketAddress& address);
std::string reversed_labels(const event::SocketAddress& address);

}  // namespace postern::dns
