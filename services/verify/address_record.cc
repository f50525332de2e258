// Values of the cache; see the header.
#include "services/verify/address_record.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::verify {

std::optional<AddressRecord> AddressRecord::parse(std::string_view value) {
    std::int64_t numbers[3];
    for (std::int64_t& number : numbers) {
        const auto parts = cut(value, ':');
        const auto parsed = parts ? parse_signed(parts->first) : std::nullopt;
        if (!parsed || *parsed < 0) return std::nullopt;
        number = *parsed;
        value = parts->second;
    }
    if (numbers[0] > static_cast<std::int64_t>(service::AddressState::unknown)) return std::nullopt;
    return AddressRecord{static_cast<service::AddressState>(numbers[0]), numbers[1], numbers[2],
                         std::string(value)};
}

std::string AddressRecord::value() const {
    return fmt::format("{}:{}:{}:{}", static_cast<int>(state), probed, updated, text);
}

}  // namespace postern::verify
