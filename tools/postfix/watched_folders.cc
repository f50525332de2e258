// The checks of whole folders; see the header.
#include "tools/postfix/watched_folders.h"

#include "lib/service/identity.h"
#include "tools/postfix/permissions.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string_view>

namespace postern::postfix {

namespace {

namespace fs = std::filesystem;

constexpr mode_t written_by_others = S_IWGRP | S_IWOTH;

/// The folder, where a link leads to one, too, and all that is in it: visit(path, status), the status
/// that of a link itself.
template <class Visit>
void for_each_in(const std::string& folder, Findings& findings, Visit visit) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) return;   // it is somebody else's part to miss it
    visit(folder, status);
    std::error_code failure;
    const auto options = fs::directory_options::skip_permission_denied;
    for (auto item = fs::recursive_directory_iterator(folder, options, failure);
         !failure && item != fs::recursive_directory_iterator(); item.increment(failure)) {
        const std::string path = item->path();
        if (::lstat(path.c_str(), &status) == 0) visit(path, status);
    }
    if (failure) findings.warn("{}: {}", folder, failure.message());
}

void check_owner(const std::string& path, const struct stat& status, uid_t owner,
                 Findings& findings) {
    if (status.st_uid != owner) findings.warn("not owned by {}: {}", user_name(owner), path);
}

/// Of a link: what it leads to, where that is there.
void check_writable(const std::string& path, const struct stat& status, Findings& findings) {
    struct stat target {};
    const bool leads_to_target = S_ISLNK(status.st_mode) && ::stat(path.c_str(), &target) == 0;
    if (((leads_to_target ? target : status).st_mode & written_by_others) != 0)
        findings.warn("group or other writable: {}", path);
}

void check_link(const std::string& path, const struct stat& status, Findings& findings) {
    if (!S_ISLNK(status.st_mode)) return;
    std::error_code failure;
    const std::string target = fs::read_symlink(path, failure);
    if (target.find('/') != std::string::npos) findings.warn("symlink leaves directory: {}", path);
}

/// Who owns the programs and the configuration: root, for whom else would trust them? An ordinary
/// user's instance may use the files of anybody.
void report_installed(const Instance& instance, Findings& findings) {
    std::set<std::string> folders = {instance.config().directory()};
    for (const char* name : {"meta_directory", "daemon_directory", "shlib_directory"})
        folders.insert(instance[name]);
    for (const std::string& folder : folders)
        for_each_in(folder, findings, [&](const std::string& path, const struct stat& status) {
            if (::geteuid() == 0) check_owner(path, status, 0, findings);
            check_writable(path, status, findings);
            check_link(path, status, findings);
        });
}

void report_data(const Instance& instance, uid_t owner, Findings& findings) {
    for_each_in(instance["data_directory"], findings,
                [&](const std::string& path, const struct stat& status) {
                    check_owner(path, status, owner, findings);
                    check_writable(path, status, findings);
                });
}

/// What chrooted daemons find there: the machine's files, and its libraries.
void report_chroot(const Instance& instance, Findings& findings) {
    for (const char* name : {"/etc", "/lib", "/usr"})
        for_each_in(instance["queue_directory"] + name, findings,
                    [&](const std::string& path, const struct stat& status) {
                        check_owner(path, status, ::geteuid(), findings);
                    });
}

/// Root's instance has its mail owner, who was looked up before; that of an ordinary user, him.
uid_t owner_of_mail(const Instance& instance) {
    const auto owner = service::mail_owner(instance.config());
    return ::geteuid() == 0 && owner ? owner->user : ::geteuid();
}

/// A folder in which nobody but its owner makes files; in maildrop all users do.
bool is_for_owner_only(const InstalledFile& file) {
    return file.is_folder && !file.may_be_link && (file.mode & written_by_others) == 0;
}

}  // namespace

void report_folders(const Instance& instance, Findings& findings) {
    // Of the queue directory only itself: what is in it has rows of its own.
    const std::string queue = instance["queue_directory"];
    struct stat status {};
    for (const std::string& folder : {queue, queue + "/" + instance["process_id_directory"]})
        if (::stat(folder.c_str(), &status) == 0) check_writable(folder, status, findings);
    report_installed(instance, findings);
    report_data(instance, owner_of_mail(instance), findings);
    report_chroot(instance, findings);
}

void report_queue_files(const Instance& instance, const std::vector<InstalledFile>& files,
                        Findings& findings) {
    const std::string queue = instance["queue_directory"] + "/";
    const uid_t owner = owner_of_mail(instance);
    for (const InstalledFile& folder : files) {
        if (!is_for_owner_only(folder) || !folder.path.starts_with(queue) || folder.owner != owner)
            continue;
        for_each_in(folder.path, findings, [&](const std::string& path, const struct stat& status) {
            const bool is_endpoint = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
            if (!is_endpoint) check_owner(path, status, owner, findings);
        });
    }
    for_each_in(queue + "corrupt", findings, [&](const std::string& path, const struct stat& status) {
        if (S_ISREG(status.st_mode)) findings.warn("damaged message: {}", path.substr(queue.size()));
    });
}

}  // namespace postern::postfix
