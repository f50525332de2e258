#include "tools/postcat/files.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

namespace postern::postcat {

Result<NamedFile> open_by_name(const std::string& name) {
    Fd file(open(name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return system_error("open " + name);
    return NamedFile{name, std::move(file)};
}

Result<NamedFile> open_in_queue(const queue::Spool& spool, const std::string& name) {
    using enum queue::Queue;
    const auto id = queue::QueueId::parse(name);
    if (!id) return permanent("bad mail queue ID: " + name);
    for (const queue::Queue queue : {maildrop, hold, incoming, active, deferred, corrupt, saved}) {
        auto file = spool.open_file(queue, *id, O_RDONLY);
        if (!file) return file.error().in("open queue file");
        if (*file) return NamedFile{spool.path(queue, *id), std::move(**file)};
    }
    return system_error("open queue file " + name, ENOENT);
}

Result<NamedFile> standard_input() {
    constexpr const char* name = "stdin";
    Fd copy(memfd_create(name, MFD_CLOEXEC));
    if (!copy) return system_error("memory for standard input");
    std::array<char, 65536> buffer;
    for (ssize_t got; (got = read(STDIN_FILENO, buffer.data(), buffer.size())) != 0;) {
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read standard input");
        const std::string_view piece(buffer.data(), static_cast<std::size_t>(got));
        if (auto written = write_all(copy.get(), piece, name); !written) return written.error();
    }
    return NamedFile{name, std::move(copy)};
}

}  // namespace postern::postcat
