// Services that every master.cf has; see the header.
#include "tools/postfix/required_services.h"

#include <algorithm>
#include <string_view>

namespace postern::postfix {

namespace {

/// As master.cf has them; the first two columns say which it is.
constexpr std::string_view lines[] = {
    "pickup    unix  n       -       n       60      1       pickup",
    "cleanup   unix  n       -       n       -       0       cleanup",
    "qmgr      unix  n       -       n       300     1       qmgr",
    "tlsmgr    unix  -       -       n       1000?   1       tlsmgr",
    "rewrite   unix  -       -       n       -       -       trivial-rewrite",
    "bounce    unix  -       -       n       -       0       bounce",
    "defer     unix  -       -       n       -       0       bounce",
    "trace     unix  -       -       n       -       0       bounce",
    "verify    unix  -       -       n       -       1       verify",
    "flush     unix  n       -       n       1000?   0       flush",
    "proxymap  unix  -       -       n       -       -       proxymap",
    "proxywrite unix -       -       n       -       1       proxymap",
    "smtp      unix  -       -       n       -       -       smtp",
    "relay     unix  -       -       n       -       -       smtp -o syslog_name=${multi_instance_name?{$multi_instance_name}:{postfix}}/$service_name",
    "showq     unix  n       -       n       -       -       showq",
    "error     unix  -       -       n       -       -       error",
    "retry     unix  -       -       n       -       -       error",
    "discard   unix  -       -       n       -       -       discard",
    "local     unix  -       n       n       -       -       local",
    "virtual   unix  -       n       n       -       -       virtual",
    "lmtp      unix  -       -       n       -       -       lmtp",
    "anvil     unix  -       -       n       -       1       anvil",
    "scache    unix  -       -       n       -       1       scache",
    "postlog   unix-dgram n  -       n       -       1       postlogd",
};

}  // namespace

std::vector<std::string> missing_services(const std::vector<config::MasterEntry>& services) {
    std::vector<std::string> missing;
    for (const std::string_view line : lines) {
        const auto wanted = config::parse_master_entry(line);
        const auto is_it = [&](const config::MasterEntry& entry) {
            // unix and fifo are two ways to one place.
            return entry.name == wanted->name && entry.type != config::ServiceType::inet;
        };
        if (wanted && std::ranges::none_of(services, is_it)) missing.emplace_back(line);
    }
    return missing;
}

}  // namespace postern::postfix
