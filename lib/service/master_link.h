// What master and its children say to each other over the socket (SOCK_SEQPACKET) that each child
// has as descriptor `master_link_fd`. Its end, on either side, means that the other is gone.
//
// A child says how much of its service's share it takes and how full it is; master starts another
// process only while none of the running ones has room, and the share is not used up.
#pragma once

#include "lib/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::service {

constexpr int master_link_fd = 3;
/// Descriptor of the memory file with the child's counters.
constexpr int counters_fd = 4;
/// Descriptor of the page that tells since when who keeps log lines (lib/base/unsent_lines.h).
constexpr int unsent_lines_fd = 5;
/// The first listening socket; further ones follow.
constexpr int first_listen_fd = 6;

/// A share without limit: maxproc 0, or `-` where main.cf sets no default_process_limit.
constexpr std::int64_t no_limit = -1;

/// What a child is doing. Sent when it is ready to serve, and at each change of `has_room`,
/// `is_retiring` or, while retiring, `in_use`.
struct ChildStatus {
    std::int64_t takes = 1;    ///< of the service's share: processes, sessions or deliveries
    std::int64_t in_use = 0;   ///< sessions, deliveries or connections that it has now
    bool has_room = true;      ///< takes one more
    bool is_retiring = false;  ///< takes no more, and leaves after its last
};

/// What master orders.
struct MasterOrder {
    enum Kind : std::int64_t {
        retire,      ///< read nothing new, finish, leave
        limit,       ///< `value` is the child's new share
    } kind = retire;
    std::int64_t value = 0;
};

std::string encode_status(const ChildStatus& status);
Result<ChildStatus> decode_status(std::string_view packet);
std::string encode_order(const MasterOrder& order);
Result<MasterOrder> decode_order(std::string_view packet);

}  // namespace postern::service
