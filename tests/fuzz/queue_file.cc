// Fuzzes queue files: their envelope, their recipients, in one piece or many, and their content.
#include "lib/queue/content.h"
#include "lib/queue/envelope_reader.h"
#include "tests/fuzz/input.h"

#include <vector>

namespace {

using namespace postern;

/// All recipients of a file, `at_once` of them at a time; nothing when it is damaged.
std::optional<std::vector<off_t>> recipients(int file, std::size_t at_once, std::size_t size) {
    queue::EnvelopeReader reader(file, "f");
    if (!reader.read(at_once)) return std::nullopt;
    std::vector<off_t> found;
    while (!reader.at_end()) {
        const auto some = reader.recipients(at_once);
        if (!some) return std::nullopt;
        for (const auto& recipient : *some) found.push_back(recipient.offset);
        fuzz::require(found.size() <= size && (!some->empty() || reader.at_end()));
    }
    return found;
}

void read_content(int file, off_t at, std::size_t size) {
    queue::ContentReader reader(file, "f", at);
    for (std::size_t lines = 0;; ++lines) {
        fuzz::require(lines <= size);
        const auto line = reader.next();
        if (!line || !*line) return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Fd file = fuzz::file_of(fuzz::text_of(data, size));
    const auto all = recipients(file.get(), 1000000, size);
    const auto one_by_one = recipients(file.get(), 1, size);
    if (all && one_by_one) fuzz::require(*all == *one_by_one);

    queue::EnvelopeReader reader(file.get(), "f");
    if (const auto envelope = reader.read()) read_content(file.get(), envelope->sizes.data_offset, size);
    return 0;
}
