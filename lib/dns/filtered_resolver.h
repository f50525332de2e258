// smtp_dns_reply_filter and its like: records that an administrator does not want to be seen.
#pragma once

#include "lib/base/log.h"
#include "lib/dns/resolver.h"
#include "lib/table/table.h"

namespace postern::dns {

/// What is wrong where a table cannot say, or says what is no action.
inline constexpr std::string_view invalid_filter = "Invalid DNS reply filter syntax";

/// Answers as another resolver, without the records that the tables say IGNORE to; they are asked
/// with the text of each record. Where all are dropped the outcome is still "found": something is
/// there, which is not to be seen. References outlive it.
class FilteredResolver final : public Resolver {
public:
    /// `parameter`: by what name warnings call the filter.
    FilteredResolver(Resolver& resolver, std::string parameter, const table::Maps& filter, Log log)
        : resolver_(resolver), parameter_(std::move(parameter)), filter_(filter), log_(log) {}

    /// Errors: also temporary, `invalid_filter`.
    Task<Result<Response>> look_up(std::string name, Type type, Deadline deadline) override;

private:
    Resolver& resolver_;
    const std::string parameter_;
    const table::Maps& filter_;
    const Log log_;
};

}  // namespace postern::dns
