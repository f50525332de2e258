// Reading and writing netstrings.
#include "lib/event/netstring.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::event {

namespace {

constexpr std::size_t most_digits = 19;

}  // namespace

std::string netstring_start(std::size_t size) { return fmt::format("{}:", size); }

std::string netstring(std::string_view text) {
    return fmt::format("{}{},", netstring_start(text.size()), text);
}

Task<Result<std::size_t>> read_netstring_size(Stream& stream, std::size_t limit,
                                              Deadline deadline) {
    std::size_t colon = std::string_view::npos;
    for (std::size_t least = 1; colon == std::string_view::npos; ++least) {
        auto start = co_await stream.peek(least, deadline);
        if (!start) co_return start.error();
        colon = start->find(':');
        if (colon == start->npos && start->size() > most_digits)
            co_return permanent("bad netstring: no length");
        least = std::max(least, start->size());
    }
    const auto size = parse_number(stream.buffered().substr(0, colon));
    if (!size) co_return permanent("bad netstring length");
    if (*size > limit)
        co_return Error{Errc::too_long, fmt::format("netstring of {} bytes", *size)};
    stream.consume(colon + 1);
    co_return static_cast<std::size_t>(*size);
}

Task<Result<void>> read_netstring_end(Stream& stream, Deadline deadline) {
    auto end = co_await stream.peek(1, deadline);
    if (!end) co_return end.error();
    if (end->front() != ',') co_return permanent("bad netstring: no comma at its end");
    stream.consume(1);
    co_return success();
}

Task<Result<std::string>> read_netstring(Stream& stream, std::size_t limit, Deadline deadline) {
    const auto size = co_await read_netstring_size(stream, limit, deadline);
    if (!size) co_return size.error();
    auto text = co_await read_exactly(stream, *size, deadline);
    if (!text) co_return text;
    if (auto ended = co_await read_netstring_end(stream, deadline); !ended) co_return ended.error();
    co_return text;
}

}  // namespace postern::event
