// Records of the temporary allowlist; see the header.
#include "services/postscreen/client_record.h"

#include "lib/base/strings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace postern::postscreen {

std::optional<ClientRecord> ClientRecord::parse(std::string_view text) {
    ClientRecord record;
    const auto numbers = split(text, ";");
    if (numbers.empty() || numbers.size() > test_count) return std::nullopt;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto number = parse_number(numbers[i]);
        if (!number || *number > INT64_MAX) return std::nullopt;
        record.until_[i] = static_cast<std::int64_t>(*number);
    }
    return record;
}

std::string ClientRecord::text() const { return fmt::format("{}", fmt::join(until_, ";")); }

}  // namespace postern::postscreen
