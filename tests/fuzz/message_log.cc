// Fuzzes the logs of messages (bounce, defer, trace): what was read is the same after it was
// written anew.
#include "lib/queue/message_log.h"
#include "tests/fuzz/input.h"

namespace {

using namespace postern;

std::optional<queue::LogEntry> first_entry(std::string_view text) {
    auto entry = queue::LogReader(fuzz::file_of(text), "f").next();
    fuzz::require(entry.has_value());
    return std::move(*entry);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    queue::LogReader reader(fuzz::file_of(fuzz::text_of(data, size)), "f");
    for (std::size_t entries = 0;; ++entries) {
        fuzz::require(entries <= size);
        const auto entry = reader.next();
        fuzz::require(entry.has_value());
        if (!*entry) return 0;
        fuzz::require(!(*entry)->recipient.empty());
        const std::string written = queue::coded(**entry);
        const auto again = first_entry(written);
        fuzz::require(again && queue::coded(*again) == written);
    }
}
