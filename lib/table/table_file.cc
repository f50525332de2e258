// Reads the text files of tables.
#include "lib/table/table_file.h"

#include "lib/base/fd.h"

#include <fmt/format.h>

namespace postern::table {

Result<TableFile> read_table_file(const std::string& path, std::string_view doing) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return system_error(fmt::format("{}{}", doing, path));
    auto status = status_of(fd.get(), path);
    if (!status) return status.error();
    TableFile file{.content = {}, .owner = status->st_uid};
    if (S_ISDIR(status->st_mode)) return system_error(fmt::format("{}{}", doing, path), EISDIR);
    char chunk[65536];
    for (off_t offset = 0;;) {
        auto got = read_at(fd.get(), chunk, offset, path);
        if (!got) return got.error();
        if (*got == 0) return file;
        file.content.append(chunk, *got);
        offset += static_cast<off_t>(*got);
    }
}

}  // namespace postern::table
