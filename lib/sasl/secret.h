// Text that must not stay in memory: passwords, and the AUTH lines that carry them.
#pragma once

#include <string>

namespace postern::sasl {

/// Overwrites all that the string has room for, in a way that no compiler leaves out, and empties
/// it.
void wipe(std::string& text) noexcept;

/// A string that is wiped when it is released, also when its coroutine is destroyed at a wait.
/// Moved, never copied by accident.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) noexcept;
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    ~Secret() { wipe(text_); }

    const std::string& text() const noexcept { return text_; }
    std::string& text() noexcept { return text_; }

private:
    std::string text_;
};

}  // namespace postern::sasl
