// Copies for the chroot; see the header.
#include "tools/postfix/chroot_files.h"

#include "lib/base/fd.h"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace postern::postfix {

namespace {

constexpr std::size_t size_limit = 8u << 20;

/// Nothing when there is no such file: not every machine has each of them.
Result<std::optional<std::string>> content(const std::string& path) {
    const auto there = status_of_path(path);
    if (!there) return there.error();
    if (!*there) return std::optional<std::string>();
    auto text = read_file(path, size_limit);
    if (!text) return text.error();
    return std::optional(std::move(*text));
}

Result<void> copy(const std::string& from, const std::string& to) {
    const auto original = content(from);
    if (!original) return original.error();
    if (!*original) return success();
    const auto present = content(to);
    if (present && *present == *original) return success();
    const std::string folder = std::filesystem::path(to).parent_path();
    if (auto made = make_directories(folder, 0755); !made) return made;
    return replace_file(to, **original, 0644);
}

}  // namespace

std::vector<std::string> files_for_chroot() {
    return {"/etc/resolv.conf", "/etc/hosts",        "/etc/services",  "/etc/nsswitch.conf",
            "/etc/host.conf",   "/etc/gai.conf",     "/etc/localtime", "/etc/nss_mdns.config"};
}

bool needs_chroot(const std::vector<config::MasterEntry>& services) {
    return std::ranges::any_of(services, &config::MasterEntry::is_chrooted);
}

Result<void> copy_for_chroot(const std::string& queue_directory) {
    for (const std::string& file : files_for_chroot())
        if (auto copied = copy(file, queue_directory + file); !copied) return copied;
    return success();
}

void report_differences(const std::string& queue_directory, Findings& findings) {
    std::error_code failure;
    for (const auto& item :
         std::filesystem::recursive_directory_iterator(queue_directory + "/etc", failure)) {
        if (!item.is_regular_file(failure) || item.is_symlink(failure)) continue;
        const std::string path = item.path(), file = path.substr(queue_directory.size());
        const auto original = content(file), present = content(path);
        if (!original || !present)
            findings.warn("{}", original ? present.error().text : original.error().text);
        else if (*present && *original && **present != **original)
            findings.warn("{} and {} differ", path, file);
    }
}

}  // namespace postern::postfix
