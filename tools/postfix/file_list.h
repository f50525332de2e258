// The format of postfix-files(5): a row for each file and folder of the installation.
#pragma once

#include "lib/base/result.h"

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace postern::postfix {

/// A row as it stands, with its "$names".
struct ListedFile {
    enum class Type : char { folder = 'd', file = 'f', hard_link = 'h', symbolic_link = 'l' };

    std::string name;    ///< "$queue_directory/active"
    Type type = Type::file;
    std::string owner;   ///< of links: what they lead to
    std::string group;   ///< "": any
    mode_t mode = 0;
    std::string flags;

    bool has(char flag) const { return flags.find(flag) != std::string::npos; }
    bool is_link() const { return type == Type::hard_link || type == Type::symbolic_link; }
};

/// Nothing: a comment, or an empty line. Error: permanent, what is wrong with the line.
Result<std::optional<ListedFile>> parse_listed_file(std::string_view line);

}  // namespace postern::postfix
