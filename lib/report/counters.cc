// Counters in a memory file; see the header.
#include "lib/report/counters.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>

namespace postern::report {

namespace {

constexpr std::size_t counter_count = static_cast<std::size_t>(Counter::count_);
constexpr std::size_t head_words = 2;
constexpr std::size_t file_size = (head_words + counter_count) * sizeof(std::uint64_t);
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

Counters::Counters() : memory_(new std::uint64_t[head_words + counter_count]{}, Unmap{0}) {}

void Counters::Unmap::operator()(std::uint64_t* memory) const noexcept {
    if (size == 0)
        delete[] memory;
    else
        ::munmap(memory, size);
}

Result<Counters> Counters::of_file(Fd file) {
    const auto status = status_of(file.get(), "counters");
    if (!status) return status.error();
    if (static_cast<std::size_t>(status->st_size) < file_size)
        return permanent(fmt::format("counters: a file of {} bytes, {} expected", status->st_size,
                                     file_size));
    void* memory = ::mmap(nullptr, file_size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (memory == MAP_FAILED) return system_error("map counters");
    Memory owned(static_cast<std::uint64_t*>(memory), Unmap{file_size});
    if (std::memcmp(memory, mark.data(), mark.size()) != 0)
        return permanent("counters: not a file of counters");
    return Counters(std::move(owned));
}

void Counters::add(Counter counter, std::uint64_t more) noexcept {
    // One writer: a reader sees the old number or the new one.
    std::atomic_ref<std::uint64_t> number(memory_[place_of(counter)]);
    number.store(number.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

std::uint64_t Counters::value(Counter counter) const noexcept {
    return std::atomic_ref<std::uint64_t>(memory_[place_of(counter)])
        .load(std::memory_order_relaxed);
}

Result<Fd> make_counter_file(std::string_view name) {
    Fd file(::memfd_create(std::string(name).c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) return system_error("make counters");
    if (::ftruncate(file.get(), file_size) != 0) return system_error("size counters");
    if (auto written = write_all_at(file.get(), head(), 0, "counters"); !written)
        return written.error();
    if (::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        return system_error("seal counters");
    return file;
}

}  // namespace postern::report
