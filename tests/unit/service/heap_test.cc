#include "lib/service/heap.h"

#include <catch2/catch.hpp>
#include <sys/resource.h>

#include <cstring>
#include <memory>
#include <vector>

namespace postern::service {

// The sanitizer brings a malloc of its own, which keeps and gives back as it likes.
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer)

namespace {

long faults() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

/// Uses and frees 800 KB, in blocks as TLS wants them.
void be_busy() {
    std::vector<std::unique_ptr<char[]>> blocks;
    for (int i = 0; i < 50; ++i) {
        blocks.push_back(std::make_unique<char[]>(16000));
        std::memset(blocks.back().get(), i, 16000);
    }
}

}  // namespace

TEST_CASE("memory of a busy time is used again without a fault, until it is given back", "[service]") {
    keep_heap();
    be_busy();
    auto before = faults();
    for (int i = 0; i < 10; ++i) be_busy();
    CHECK(faults() - before < 100);   // of 2,000 pages
    trim_heap();
    before = faults();
    be_busy();
    CHECK(faults() - before > 100);
}

#endif

}  // namespace postern::service
