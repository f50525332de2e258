// What the temporary allowlist knows of a client: until when each test counts as passed.
//
// In the cache: five numbers between semicolons in the order of enum Test, each the second until
// which the test need not be repeated; 0: never passed; 1: the test was not enabled.
#pragma once

#include "lib/base/clock.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::postscreen {

enum class Test { pregreet, dnsbl, pipelining, non_smtp_command, bare_newline };
inline constexpr std::size_t test_count = 5;
inline constexpr Test deep_tests[] = {Test::pipelining, Test::non_smtp_command, Test::bare_newline};

class ClientRecord {
public:
    static constexpr std::int64_t never = 0, not_enabled = 1;

    /// Nothing: no such record. Fields that are missing are 0.
    static std::optional<ClientRecord> parse(std::string_view text);
    std::string text() const;

    std::int64_t until(Test test) const { return until_[static_cast<std::size_t>(test)]; }
    void set(Test test, std::int64_t second) { until_[static_cast<std::size_t>(test)] = second; }

    bool is_passed(Test test, std::int64_t now) const { return until(test) > now; }
    /// The test has been passed, though perhaps long ago.
    bool was_passed(Test test) const { return until(test) > not_enabled; }

private:
    std::array<std::int64_t, test_count> until_{};
};

/// Seconds since 1970, as the cache counts.
inline std::int64_t second_of(WallTime when) {
    return std::chrono::duration_cast<seconds>(when.time_since_epoch()).count();
}

}  // namespace postern::postscreen
