// Which tables clients may ask for: those that main.cf names with "proxy:" in front.
#pragma once

#include "lib/base/result.h"

#include <set>
#include <string>
#include <string_view>

namespace postern::proxymap {

class ApprovedTables {
public:
    /// `value` of `parameter`, proxy_read_maps or proxy_write_maps. Only its pieces that begin
    /// with "proxy:" count.
    ApprovedTables(std::string parameter, std::string_view value);

    /// Error, permanent: `table` ("type:name") is not among them; it says how to approve it.
    Result<void> check(const std::string& table) const;

    const std::set<std::string>& names() const noexcept { return names_; }

private:
    void add(std::string_view value);

    std::string parameter_;
    std::set<std::string> names_;
};

}  // namespace postern::proxymap
