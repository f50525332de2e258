// The number in brackets of a session's log lines, by which readers pair its lines.
#pragma once

#include <cstdint>

namespace postern::report {

/// Above every process id (Linux: below 4194304) and unlike that of every other open session of
/// this machine: a multiple of 4194304 plus the process id.
class SessionNumbers {
public:
    explicit SessionNumbers(std::uint64_t process) : process_(process) {}
    std::uint64_t next() noexcept { return ++used_ * 4194304 + process_; }

private:
    std::uint64_t process_;
    std::uint64_t used_ = 0;
};

}  // namespace postern::report
