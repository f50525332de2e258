// Owners and modes; see the header.
#include "tools/postfix/permissions.h"

#include "lib/base/fd.h"
#include "tools/postfix/owned_tree.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace postern::postfix {

namespace {

constexpr mode_t all_bits = 07777;
constexpr gid_t any_group = static_cast<gid_t>(-1);

Result<void> give(const InstalledFile& file, const struct stat& status) {
    const bool is_owned =
        status.st_uid == file.owner && (!file.group || status.st_gid == *file.group);
    if (!is_owned && ::chown(file.path.c_str(), file.owner, file.group.value_or(any_group)) != 0)
        return system_error(file.path);
    // In this order, since a change of owner takes the set-gid bit away.
    const bool has_mode = is_owned && (status.st_mode & all_bits) == file.mode;
    if (!has_mode && ::chmod(file.path.c_str(), file.mode) != 0) return system_error(file.path);
    return success();
}

Error wrong_type(const InstalledFile& file) {
    return permanent(file.path + (file.is_folder ? ": not a directory" : ": not a file"));
}

bool has_type(const InstalledFile& file, const struct stat& status) {
    return file.is_folder ? S_ISDIR(status.st_mode) : S_ISREG(status.st_mode);
}

Result<void> make(const InstalledFile& folder) {
    // With its final rights only once it has its owner; nobody else gets in before.
    if (auto made = make_directories(folder.path, 0755); !made) return made;
    const auto status = status_of_path(folder.path);
    if (!status) return status.error();
    if (!*status) return permanent(folder.path + ": a link that leads nowhere");
    return give(folder, **status);
}

Result<void> set_permissions_of(const InstalledFile& file) {
    const auto there = status_of_path(file.path);
    if (!there) return there.error();
    if (!*there) return file.is_made ? make(file) : success();
    if (!has_type(file, **there)) return wrong_type(file);
    if (auto given = give(file, **there); !given) return given;
    return file.is_recursive ? give_tree(file.path, file.owner, file.group, file.mode) : success();
}

void report(const InstalledFile& file, const struct stat& status, Findings& findings) {
    if (status.st_uid != file.owner)
        findings.warn("not owned by {}: {}", user_name(file.owner), file.path);
    if (file.group && status.st_gid != *file.group)
        findings.warn("not owned by group {}: {}", group_name(*file.group), file.path);
    if (S_ISLNK(status.st_mode)) return;
    if (!has_type(file, status)) return findings.warn("{}", wrong_type(file).text);
    if (const mode_t mode = status.st_mode & all_bits; mode != file.mode)
        findings.warn("wrong permissions: {}: {:04o} instead of {:04o}", file.path, mode, file.mode);
}

}  // namespace

Result<void> make_missing(const std::vector<InstalledFile>& files) {
    for (const InstalledFile& file : files) {
        if (!file.is_made) continue;
        const auto there = status_of_path(file.path);
        if (!there) return there.error();
        if (*there && !S_ISDIR((*there)->st_mode)) return wrong_type(file);
        if (*there) continue;
        if (auto made = make(file); !made) return made;
    }
    return success();
}

Result<void> set_permissions(const std::vector<InstalledFile>& files) {
    for (const InstalledFile& file : files)
        if (auto given = set_permissions_of(file); !given) return given;
    return success();
}

void report_wrong(const std::vector<InstalledFile>& files, Findings& findings) {
    for (const InstalledFile& file : files) {
        struct stat status {};
        const int flags = file.may_be_link ? 0 : AT_SYMLINK_NOFOLLOW;
        if (::fstatat(AT_FDCWD, file.path.c_str(), &status, flags) == 0)
            report(file, status, findings);
        else if ((file.mode & 0111) != 0 || errno != ENOENT)   // a program or a folder
            findings.warn("{}", system_error(file.path).text);
    }
}

std::string user_name(uid_t user) {
    const passwd* entry = ::getpwuid(user);
    return entry ? entry->pw_name : fmt::to_string(user);
}

std::string group_name(gid_t id) {
    const group* entry = ::getgrgid(id);
    return entry ? entry->gr_name : fmt::to_string(id);
}

}  // namespace postern::postfix
