// Fuzzes the content of BDAT: the records, and their size, do not depend on where pieces begin.
#include "smtpd/chunk_scanner.h"
#include "tests/fuzz/input.h"

#include <algorithm>
#include <string>

namespace {

using namespace postern;

struct Taken {
    std::string records;
    std::uint64_t size;
    bool has_bare_newline;
    bool operator==(const Taken&) const = default;
};

Taken take(std::string_view input, std::size_t step) {
    smtpd::ChunkScanner scanner(20);
    std::string records;
    for (; !input.empty(); input.remove_prefix(std::min(step, input.size())))
        scanner.take(input.substr(0, step), records);
    scanner.complete(records);
    return {std::move(records), scanner.size(), scanner.has_bare_newline()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    const Taken whole = take(input, std::max<std::size_t>(size, 1));
    for (const std::size_t step : {1, 7, 21}) fuzz::require(take(input, step) == whole);
    return 0;
}
