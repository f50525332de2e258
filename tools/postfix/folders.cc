// The folders of an instance; see the header.
#include "tools/postfix/folders.h"

#include "lib/base/fd.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <array>

namespace postern::postfix {

namespace {

enum class Owner { root, mail, mail_and_drop };

struct Row {
    std::string_view name;
    Owner owner;
    mode_t mode;
};

/// Below queue_directory.
constexpr std::array rows = {
    Row{"active", Owner::mail, 0700},    Row{"bounce", Owner::mail, 0700},
    Row{"corrupt", Owner::mail, 0700},   Row{"defer", Owner::mail, 0700},
    Row{"deferred", Owner::mail, 0700},  Row{"flush", Owner::mail, 0700},
    Row{"hold", Owner::mail, 0700},      Row{"incoming", Owner::mail, 0700},
    Row{"private", Owner::mail, 0700},   Row{"saved", Owner::mail, 0700},
    Row{"tlstrace", Owner::mail, 0700},  Row{"trace", Owner::mail, 0700},
    Row{"maildrop", Owner::mail_and_drop, 0730},
    Row{"public", Owner::mail_and_drop, 0710},
};

struct Owners {
    service::Identity root, mail, mail_and_drop;

    service::Identity of(Owner owner) const {
        if (owner == Owner::root) return root;
        return owner == Owner::mail ? mail : mail_and_drop;
    }
};

Result<Owners> find_owners(const config::Config& config) {
    const service::Identity ourselves{::geteuid(), ::getegid()};
    if (ourselves.user != 0) return Owners{ourselves, ourselves, ourselves};
    const auto mail = service::mail_owner(config);
    if (!mail) return mail.error();
    const auto group = service::setgid_group(config);
    if (!group) return group.error();
    // The mail owner's own group has no business in the queue.
    return Owners{{0, 0}, {mail->user, 0}, {mail->user, *group}};
}

Result<void> give(const Folder& folder) {
    if (::lchown(folder.path.c_str(), folder.owner.user, folder.owner.group) != 0 ||
        ::chmod(folder.path.c_str(), folder.mode) != 0)
        return system_error(folder.path);
    return success();
}

Result<void> make(const Folder& folder) {
    // With its final rights only once it has its owner; nobody else gets in before.
    if (auto made = make_directories(folder.path, 0755); !made) return made;
    return give(folder);
}

std::string user_name(uid_t user) {
    const passwd* entry = ::getpwuid(user);
    return entry ? entry->pw_name : fmt::to_string(user);
}

std::string group_name(gid_t id) {
    const group* entry = ::getgrgid(id);
    return entry ? entry->gr_name : fmt::to_string(id);
}

void report(const Folder& folder, const struct stat& status, const Log& log) {
    if (!S_ISDIR(status.st_mode)) return log.warning("not a directory: {}", folder.path);
    if (status.st_uid != folder.owner.user)
        log.warning("not owned by {}: {}", user_name(folder.owner.user), folder.path);
    const bool is_of_group = (folder.mode & 0070) != 0 && folder.owner.group != 0;
    if (is_of_group && status.st_gid != folder.owner.group)
        log.warning("not owned by group {}: {}", group_name(folder.owner.group), folder.path);
    if (const mode_t mode = status.st_mode & 07777; mode != folder.mode)
        log.warning("wrong permissions: {}: {:04o} instead of {:04o}", folder.path, mode, folder.mode);
}

}  // namespace

Result<std::vector<Folder>> folders(const config::Config& config) {
    const auto owners = find_owners(config);
    if (!owners) return owners.error();
    const std::string queue = config.text("queue_directory");
    std::vector<Folder> list = {{queue, 0755, owners->root}};
    for (const Row& row : rows)
        list.push_back({fmt::format("{}/{}", queue, row.name), row.mode, owners->of(row.owner)});
    list.push_back({queue + "/" + config.text("process_id_directory"), 0755, owners->root});
    list.push_back({config.text("data_directory"), 0700, owners->mail});
    return list;
}

Result<void> make_missing(const std::vector<Folder>& folders) {
    for (const Folder& folder : folders) {
        const auto there = status_of_path(folder.path);
        if (!there) return there.error();
        if (*there) continue;
        if (auto made = make(folder); !made) return made;
    }
    return success();
}

Result<void> set_permissions(const std::vector<Folder>& folders) {
    for (const Folder& folder : folders)
        if (auto given = make(folder); !given) return given;
    return success();
}

void report_wrong(const std::vector<Folder>& folders, const Log& log) {
    for (const Folder& folder : folders) {
        const auto there = status_of_path(folder.path);
        if (!there)
            log.warning("{}", there.error().text);
        else if (*there)
            report(folder, **there, log);
    }
}

}  // namespace postern::postfix
