// Giving a tree to an owner; see the header.
#include "tools/postfix/owned_tree.h"

#include "lib/base/fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <vector>

namespace postern::postfix {

namespace {

constexpr gid_t any_group = static_cast<gid_t>(-1);
constexpr int as_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

struct Rights {
    uid_t owner;
    std::optional<gid_t> group;
    mode_t folder_mode;

    bool has(const struct stat& status) const {
        return status.st_uid == owner && (!group || status.st_gid == *group);
    }
};

Result<std::vector<std::string>> names_in(const Fd& folder, const std::string& path) {
    const int copy = ::openat(folder.get(), ".", as_folder);
    const std::unique_ptr<DIR, CloseFolder> list(copy < 0 ? nullptr : ::fdopendir(copy));
    if (!list) return system_error("open folder " + path);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(list.get()))
        if (const std::string_view name = entry->d_name; name != "." && name != "..")
            names.emplace_back(name);
    if (errno != 0) return system_error("read folder " + path);
    return names;
}

Result<void> give(const Fd& file, const Rights& rights, const std::string& path) {
    const auto status = status_of(file.get(), path);
    if (!status) return status.error();
    if (!S_ISDIR(status->st_mode) && (S_ISLNK(status->st_mode) || status->st_nlink > 1))
        return success();
    if (!rights.has(*status) && ::fchownat(file.get(), "", rights.owner,
                                           rights.group.value_or(any_group), AT_EMPTY_PATH) != 0)
        return system_error(path);
    return success();
}

Result<void> give_all_in(const Fd& folder, const Rights& rights, const std::string& path);

Result<void> give_folder(const Fd& folder, const Rights& rights, const std::string& path) {
    if (auto given = give(folder, rights, path); !given) return given;
    const auto status = status_of(folder.get(), path);
    if (!status) return status.error();
    if ((status->st_mode & 07777) != rights.folder_mode &&
        ::fchmod(folder.get(), rights.folder_mode) != 0)
        return system_error(path);
    return give_all_in(folder, rights, path);
}

Result<void> give_all_in(const Fd& folder, const Rights& rights, const std::string& path) {
    const auto names = names_in(folder, path);
    if (!names) return names.error();
    for (const std::string& name : *names) {
        const std::string inner = path + "/" + name;
        auto given = success();
        if (const Fd below(::openat(folder.get(), name.c_str(), as_folder)); below)
            given = give_folder(below, rights, inner);
        else if (const Fd file(::openat(folder.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
                 file)
            given = give(file, rights, inner);
        else if (errno != ENOENT)   // it has gone meanwhile
            given = system_error(inner);
        if (!given) return given;
    }
    return success();
}

}  // namespace

Result<void> give_tree(const std::string& folder, uid_t owner, std::optional<gid_t> group,
                       mode_t folder_mode) {
    const Fd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened) return system_error("open folder " + folder);
    return give_all_in(opened, Rights{owner, group, folder_mode}, folder);
}

}  // namespace postern::postfix
