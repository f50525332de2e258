// smtp_dns_reply_filter and its like: records that an administrator does not want to be seen.
#pragma once

#include "lib/base/log.h"
#include "lib/dns/resolver.h"
#include "lib/table/table.h"

namespace postern::dns {

/// Answers as another resolver, without the records that the tables say IGNORE to; they are asked
/// with the text of each record. References outlive it.
class FilteredResolver final : public Resolver {
public:
    FilteredResolver(Resolver& resolver, const table::Maps& filter, Log log)
        : resolver_(resolver), filter_(filter), log_(log) {}

    /// Errors: also temporary, where a table could not tell.
    Task<Result<Response>> look_up(std::string name, Type type, Deadline deadline) override;

private:
    Resolver& resolver_;
    const table::Maps& filter_;
    const Log log_;
};

}  // namespace postern::dns
