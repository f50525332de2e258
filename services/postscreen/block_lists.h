// DNS lists with filters and weights (postscreen_dnsbl_sites), and the rank of a client by them.
#pragma once

#include "lib/dns/address_pattern.h"
#include "lib/service/dnsblog.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::postscreen {

/// What counts, and how much, in an answer of a list.
struct ListEntry {
    std::optional<dns::AddressPattern> filter;   ///< nothing: any answer
    int weight = 1;
};

/// One domain; it is asked once, however many entries it has.
struct BlockList {
    std::string domain;
    std::vector<ListEntry> entries;
};

/// "domain=filter*weight" each. Error: permanent, quoting what is wrong.
Result<std::vector<BlockList>> parse_block_lists(const std::vector<std::string>& sites);

/// A client's rank as the answers come in.
class Rank {
public:
    void add(const BlockList& list, const service::ListAnswer& answer);

    int total() const noexcept { return total_; }
    /// The list that weighs most against the client; "" when none does.
    const std::string& heaviest_domain() const noexcept { return heaviest_domain_; }
    /// The shortest time for which an answer holds, within the bounds; `longest` when none says.
    seconds ttl(seconds shortest, seconds longest) const;

private:
    int total_ = 0, heaviest_ = 0;
    std::string heaviest_domain_;
    std::optional<std::int64_t> ttl_;
};

}  // namespace postern::postscreen
