// Memory that several processes share: a file that has no name in any folder (memfd_create(2)).
#pragma once

#include "lib/base/fd.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace postern {

/// A file of `words` numbers of 8 bytes, zero at first, sealed against any change of its size, so
/// that who maps it is never surprised. `name` shows in /proc/PID/fd.
Result<Fd> make_memory_file(std::string_view name, std::size_t words);

/// The numbers of such a file, for as long as this lives. Whoever changes or reads one that others
/// change, too, does so through std::atomic_ref.
class SharedWords {
public:
    /// Errors name `what`; permanent: the file is shorter than `words` numbers.
    static Result<SharedWords> of_file(const Fd& file, std::size_t words, std::string_view what);
    SharedWords(SharedWords&& other) noexcept;
    SharedWords& operator=(SharedWords&& other) noexcept;
    ~SharedWords();

    std::span<std::uint64_t> words() const noexcept { return words_; }

private:
    explicit SharedWords(std::span<std::uint64_t> words) noexcept : words_(words) {}
    std::span<std::uint64_t> words_;
};

}  // namespace postern
