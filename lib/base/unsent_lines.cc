// Marks in a page that all share; see the header.
#include "lib/base/unsent_lines.h"

#include <algorithm>
#include <atomic>

namespace postern {

namespace {

constexpr std::size_t word_count = 64;
constexpr unsigned count_bits = 20;
constexpr std::uint64_t count_mask = (1u << count_bits) - 1;

using Word = std::atomic_ref<std::uint64_t>;

std::int64_t moment_of(std::uint64_t word) { return static_cast<std::int64_t>(word >> count_bits); }

std::int64_t moment_of(WallTime when) {
    return std::chrono::floor<milliseconds>(when.time_since_epoch()).count();
}

std::uint64_t word_of(std::int64_t moment, std::uint64_t count) {
    return static_cast<std::uint64_t>(moment) << count_bits | count;
}

}  // namespace

Result<Fd> UnsentLines::make_page() { return make_memory_file("unsent log lines", word_count); }

Result<UnsentLines> UnsentLines::of_page(const Fd& page) {
    auto words = SharedWords::of_file(page, word_count, "unsent log lines");
    if (!words) return words.error();
    return UnsentLines(std::move(*words));
}

std::int64_t UnsentLines::begin(WallTime now) noexcept {
    const std::int64_t moment = moment_of(now);
    const Word word(page_.words()[static_cast<std::size_t>(moment) % word_count]);
    std::uint64_t old = word.load(), changed = 0;
    do {
        const std::uint64_t count = moment_of(old) == moment ? old & count_mask : 0;
        changed = word_of(moment, std::min(count + 1, count_mask));
    } while (!word.compare_exchange_weak(old, changed));
    return moment;
}

void UnsentLines::end(std::int64_t mark) noexcept {
    const Word word(page_.words()[static_cast<std::size_t>(mark) % word_count]);
    std::uint64_t old = word.load();
    while (moment_of(old) == mark && (old & count_mask) != 0)
        if (word.compare_exchange_weak(old, old - 1)) return;
}

WallTime UnsentLines::complete_until(WallTime now) const noexcept {
    std::int64_t oldest = moment_of(now);
    const std::int64_t given_up = oldest - patience.count();
    WallTime until = now;
    for (std::uint64_t& shared : page_.words()) {
        const std::uint64_t word = Word(shared).load();
        const std::int64_t moment = moment_of(word);
        if ((word & count_mask) == 0 || moment < given_up || moment > oldest) continue;
        oldest = moment;
        until = WallTime(milliseconds(moment));
    }
    return std::min(until, now);
}

}  // namespace postern
