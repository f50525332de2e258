// DNS messages (RFC 1035 section 4): a question as it is sent, an answer taken apart.
#pragma once

#include "lib/base/result.h"
#include "lib/dns/resolver.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace postern::dns {

/// The bytes of a question with a random id, recursion desired. `dnssec`: with the DO and AD bits,
/// so that the answer's AD bit means something (RFC 6840 section 5.7).
/// Error (permanent): `name` cannot be a domain name.
Result<std::string> question(const std::string& name, Type type, bool dnssec);

/// One message from a name server: what it answers to a question of that name and type.
struct Reply {
    int code = 0;                  ///< RCODE
    bool is_authenticated = false;
    /// Where the aliases end; not the asked name only when there are some.
    std::string canonical_name;
    std::size_t aliases = 0;       ///< followed
    std::vector<Record> records;   ///< of the type, owned by the canonical name
    std::vector<std::string> complaints;
    seconds ttl{0};
};

/// Takes a message apart. Aliases are followed within it. A record whose data is cut short, or
/// that has a host name that is none, is passed over with a complaint.
/// Errors: temporary, the message itself is cut short; permanent, its aliases run in a circle.
Result<Reply> parse_reply(std::span<const unsigned char> message, const std::string& name,
                          Type type);

}  // namespace postern::dns
