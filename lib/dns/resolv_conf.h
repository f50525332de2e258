// What resolv.conf(5) says beside the name servers themselves, which c-ares reads.
#pragma once

#include "lib/base/clock.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::dns {

struct ResolvConf {
    std::vector<std::string> search;   ///< `search` or `domain`, the last of them
    int ndots = 1;                     ///< a name with so many dots is tried as it is first
    seconds timeout{5};                ///< for one try of one server, 1 to 30
    int attempts = 2;                  ///< 1 to 5
    bool rotate = false;
    bool use_tcp = false;              ///< use-vc

    /// Never fails: what it does not know is left out, as the system's resolver does.
    static ResolvConf parse(std::string_view text);
};

/// How names are completed (smtp_dns_resolver_options).
struct Completion {
    bool res_defnames = false;   ///< the first search domain is added to a name without dots
    bool res_dnsrch = false;     ///< all search domains are tried
};

/// The names to ask for one after another until one exists. A final dot means "as it is".
std::vector<std::string> candidates(std::string_view name, const ResolvConf& conf,
                                    Completion completion);

}  // namespace postern::dns
