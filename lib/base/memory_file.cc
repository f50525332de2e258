// Memory in common; see the header.
#include "lib/base/memory_file.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace postern {

Result<Fd> make_memory_file(std::string_view name, std::size_t words) {
    const std::string what = "memory file " + std::string(name);
    Fd file(::memfd_create(std::string(name).c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) return system_error("make " + what);
    if (::ftruncate(file.get(), static_cast<off_t>(words * sizeof(std::uint64_t))) != 0)
        return system_error("size " + what);
    if (::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        return system_error("seal " + what);
    return file;
}

Result<SharedWords> SharedWords::of_file(const Fd& file, std::size_t words, std::string_view what) {
    const auto status = status_of(file.get(), what);
    if (!status) return status.error();
    const std::size_t size = words * sizeof(std::uint64_t);
    if (static_cast<std::size_t>(status->st_size) < size)
        return permanent(fmt::format("{}: a file of {} bytes, {} expected", what, status->st_size, size));
    void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (memory == MAP_FAILED) return system_error("map " + std::string(what));
    return SharedWords({static_cast<std::uint64_t*>(memory), words});
}

SharedWords::SharedWords(SharedWords&& other) noexcept : words_(std::exchange(other.words_, {})) {}

SharedWords& SharedWords::operator=(SharedWords&& other) noexcept {
    std::swap(words_, other.words_);
    return *this;
}

SharedWords::~SharedWords() {
    if (!words_.empty()) ::munmap(words_.data(), words_.size_bytes());
}

}  // namespace postern
