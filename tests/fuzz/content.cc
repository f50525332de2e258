// Fuzzes the content of DATA: what ends it does not depend on how it comes in pieces, and only
// CR LF . CR LF does.
#include "smtpd/data_scanner.h"

#include <cstdlib>

namespace {

using namespace postern;

struct Taken {
    std::string records;
    std::size_t bytes = 0;
    bool is_complete = false;
};

Taken take(std::string_view input, std::size_t step) {
    smtpd::DataScanner scanner(100, smtpd::BareNewline::normalize);
    Taken taken;
    std::size_t seen = 0;
    while (!scanner.is_complete() && seen < input.size()) {
        seen = std::min(input.size(), seen + step);
        taken.bytes += scanner.take(input.substr(taken.bytes, seen - taken.bytes), taken.records);
    }
    taken.is_complete = scanner.is_complete();
    return taken;
}

bool has_end(std::string_view input) {
    return input.starts_with(".\r\n") || input.find("\r\n.\r\n") != std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const Taken whole = take(input, std::max<std::size_t>(size, 1));
    if (whole.is_complete != has_end(input)) std::abort();
    for (const std::size_t step : {1, 7}) {
        const Taken pieces = take(input, step);
        if (pieces.is_complete != whole.is_complete) std::abort();
        // Where a long line is cut into records may depend on it; what it holds may not.
        if (whole.is_complete && pieces.bytes != whole.bytes) std::abort();
    }
    return 0;
}
