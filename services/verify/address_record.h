// What the cache holds of one address, in the form of Postfix's own:
// "status:probed:updated:text", e.g. "0:0:1795545600:250 2.1.5 Ok".
#pragma once

#include "lib/base/clock.h"
#include "lib/service/verify.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::verify {

struct AddressRecord {
    service::AddressState state = service::AddressState::unknown;
    std::int64_t probed = 0;   ///< when the probe that is under way was sent; 0: none is
    std::int64_t updated = 0;  ///< when the last result came; 0: none did
    std::string text;

    /// Nothing: damaged.
    static std::optional<AddressRecord> parse(std::string_view value);
    std::string value() const;
};

}  // namespace postern::verify
