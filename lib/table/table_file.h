// A table's text file, read whole when the table is opened.
#pragma once

#include "lib/base/result.h"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace postern::table {

struct TableFile {
    std::string content;
    uid_t owner = 0;
};

/// Error: "`doing`PATH: No such file or directory".
Result<TableFile> read_table_file(const std::string& path, std::string_view doing);

}  // namespace postern::table
