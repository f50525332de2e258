// Users; see the header.
#include "local/user.h"

#include <pwd.h>

#include <cerrno>
#include <vector>

namespace postern::local {

namespace {

template <class Call>
Result<std::optional<User>> look_up(const std::string& what, Call call) {
    std::vector<char> space(16384);
    passwd entry{};
    passwd* found = nullptr;
    int error;
    while ((error = call(&entry, space.data(), space.size(), &found)) == ERANGE)
        space.resize(space.size() * 2);
    if (error != 0 && error != ENOENT && error != ESRCH)
        return temporary(system_error("look up user " + what, error).text);
    if (!found) return std::optional<User>();
    return std::optional(
        User{entry.pw_name, entry.pw_dir, entry.pw_shell, {entry.pw_uid, entry.pw_gid}});
}

}  // namespace

Result<std::optional<User>> find_user(const std::string& name) {
    return look_up(name, [&](passwd* entry, char* space, std::size_t size, passwd** found) {
        return ::getpwnam_r(name.c_str(), entry, space, size, found);
    });
}

Result<std::optional<User>> find_user(uid_t id) {
    return look_up(std::to_string(id),
                   [&](passwd* entry, char* space, std::size_t size, passwd** found) {
                       return ::getpwuid_r(id, entry, space, size, found);
                   });
}

}  // namespace postern::local
