// Counters: numbers that only grow, in a memory file that master makes for each child, so that
// counting costs no system call and reading disturbs nobody.
//
// The file, in the byte order of the machine:
//     offset 0   8 bytes   "POSTERN1"
//     offset 8   4 bytes   the number of counters
//     offset 12  4 bytes   zero
//     offset 16  8 bytes each, the counters in the order of enum Counter
// A reader takes as many as the file says; new counters are added at the end.
#pragma once

#include "lib/base/memory_file.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace postern::report {

enum class Counter : std::uint32_t {
    clients_connected, clients_disconnected, connections_lost, sessions_timed_out,
    requests_rejected, mail_received, mail_submitted,
    messages_active, messages_removed, messages_expired,
    recipients_sent, recipients_deferred, recipients_bounced,
    notifications_sent, authentications_failed,
    count_   ///< how many there are
};

/// "clients_connected": the name under which an exporter serves it.
std::string_view counter_name(Counter counter) noexcept;

class Counters {
public:
    /// Counters that nobody reads: for commands and tests.
    Counters();
    /// Those of the file that master made. Errors: permanent, when it is no such file.
    static Result<Counters> of_file(Fd file);

    /// By the only process that counts in it, in one thread.
    void add(Counter counter, std::uint64_t more = 1) noexcept;
    std::uint64_t value(Counter counter) const noexcept;

private:
    explicit Counters(SharedWords shared)
        : shared_(std::move(shared)), words_(shared_->words()) {}
    std::optional<SharedWords> shared_;
    std::vector<std::uint64_t> own_;     // where there is no file
    std::span<std::uint64_t> words_;     // of the one or the other; moves with it
};

/// The memory file for a child, sealed against shrinking; `name` shows in /proc/PID/fd.
Result<Fd> make_counter_file(std::string_view name);

}  // namespace postern::report
