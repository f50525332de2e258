// What libFuzzer hands over, as the targets want it.
#pragma once

#include "lib/base/fd.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace postern::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// What must hold whatever comes in.
inline void require(bool claim) {
    if (!claim) std::abort();
}

/// The input as a file in memory, read from its beginning.
inline Fd file_of(std::string_view input) {
    Fd file(::memfd_create("fuzz", MFD_CLOEXEC));
    require(static_cast<std::size_t>(::write(file.get(), input.data(), input.size())) == input.size());
    require(::lseek(file.get(), 0, SEEK_SET) == 0);
    return file;
}

}  // namespace postern::fuzz
