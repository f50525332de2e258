// Lists that users wrote: .forward and :include: files, read with the rights of whoever they are
// for, and only where nobody else can have written them.
#pragma once

#include "lib/base/result.h"
#include "local/user.h"

#include <optional>
#include <string>

namespace postern::local {

/// A .forward file. Nothing: there is none, or no way to it. Errors: permanent, one that must not
/// be used: no regular file, written by anybody or by another user; temporary, it cannot be read
/// now.
Result<std::optional<std::string>> read_forward_file(const std::string& path, const User& user);

struct IncludeFile {
    std::string content;
    /// Whose rights its files and commands have: the user in whose name it is read, else its
    /// owner; nothing, default_privs, when that is root.
    std::optional<User> rights;
};
/// A file of ":include:". With the rights of `user`, or of its owner where there is no user. Errors
/// as above; permanent, too, when there is none, or the path is relative.
Result<IncludeFile> read_include_file(const std::string& path, std::optional<User> user);

}  // namespace postern::local
