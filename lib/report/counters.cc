// Counters in a memory file; see the header.
#include "lib/report/counters.h"

#include <array>
#include <atomic>
#include <cstring>

namespace postern::report {

namespace {

constexpr std::size_t counter_count = static_cast<std::size_t>(Counter::count_);
constexpr std::size_t head_words = 2;
constexpr std::size_t word_count = head_words + counter_count;
constexpr std::string_view mark = "POSTERN1";

constexpr std::array<std::string_view, counter_count> names{
    "clients_connected", "clients_disconnected", "connections_lost", "sessions_timed_out",
    "requests_rejected", "mail_received", "mail_submitted",
    "messages_active", "messages_removed", "messages_expired",
    "recipients_sent", "recipients_deferred", "recipients_bounced",
    "notifications_sent", "authentications_failed"};

std::size_t place_of(Counter counter) { return head_words + static_cast<std::size_t>(counter); }

std::string head() {
    std::string text(mark);
    const std::uint32_t numbers[2] = {counter_count, 0};
    text.append(reinterpret_cast<const char*>(numbers), sizeof numbers);
    return text;
}

}  // namespace

std::string_view counter_name(Counter counter) noexcept {
    return names[static_cast<std::size_t>(counter)];
}

Counters::Counters() : own_(word_count), words_(own_) {}

Result<Counters> Counters::of_file(Fd file) {
    auto shared = SharedWords::of_file(file, word_count, "counters");
    if (!shared) return shared.error();
    if (std::memcmp(shared->words().data(), mark.data(), mark.size()) != 0)
        return permanent("counters: not a file of counters");
    return Counters(std::move(*shared));
}

void Counters::add(Counter counter, std::uint64_t more) noexcept {
    // One writer: a reader sees the old number or the new one.
    std::atomic_ref<std::uint64_t> number(words_[place_of(counter)]);
    number.store(number.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

std::uint64_t Counters::value(Counter counter) const noexcept {
    return std::atomic_ref<std::uint64_t>(words_[place_of(counter)])
        .load(std::memory_order_relaxed);
}

Result<Fd> make_counter_file(std::string_view name) {
    auto file = make_memory_file(name, word_count);
    if (!file) return file.error();
    if (auto written = write_all_at(file->get(), head(), 0, "counters"); !written)
        return written.error();
    return file;
}

}  // namespace postern::report
