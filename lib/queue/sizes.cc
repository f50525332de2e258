#include "lib/queue/sizes.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::queue {

std::string MessageSizes::text() const {
    return fmt::format("{:15} {:15} {:15} {:15} {:15} {:15}", data_size, data_offset,
                       recipient_count, dsn_options, content_length, smtputf8);
}

Result<MessageSizes> MessageSizes::parse(std::string_view text) {
    std::int64_t numbers[6] = {};
    std::size_t count = 0;
    for (std::string_view piece : split(text)) {
        const auto number = parse_number(piece);
        if (!number || *number > std::uint64_t{INT64_MAX} || count == std::size(numbers))
            return permanent(fmt::format("bad size record \"{}\"", printable(text, 120)));
        numbers[count++] = static_cast<std::int64_t>(*number);
    }
    if (count == 0) return permanent("empty size record");
    return MessageSizes{numbers[0],
                        numbers[1],
                        numbers[2],
                        static_cast<std::uint32_t>(numbers[3]),
                        count > 4 ? numbers[4] : numbers[0],
                        static_cast<std::uint32_t>(numbers[5])};
}

}  // namespace postern::queue
