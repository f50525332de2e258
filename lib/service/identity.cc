// Changing identity; see the header.
#include "lib/service/identity.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace postern::service {

namespace {

bool set_effective(uid_t user, gid_t group) {
    // Groups can be changed by root only.
    if (::geteuid() != 0 && ::seteuid(0) != 0) return ::geteuid() == user && ::getegid() == group;
    return ::setegid(group) == 0 && ::setgroups(1, &group) == 0 && ::seteuid(user) == 0;
}

}  // namespace

Result<Identity> mail_owner(const config::Config& config) {
    const std::string name = config.text("mail_owner");
    const passwd* entry = ::getpwnam(name.c_str());
    if (!entry) return config.error_in("mail_owner", fmt::format("mail_owner: unknown user \"{}\"", name));
    return Identity{entry->pw_uid, entry->pw_gid};
}

Result<gid_t> setgid_group(const config::Config& config) {
    const std::string name = config.text("setgid_group");
    const group* entry = ::getgrnam(name.c_str());
    if (!entry) return config.error_in("setgid_group", fmt::format("setgid_group: unknown group \"{}\"", name));
    return entry->gr_gid;
}

Result<void> enter_chroot(const std::string& directory) {
    if (::chroot(directory.c_str()) != 0) return system_error("chroot " + directory);
    if (::chdir("/") != 0) return system_error("chdir / in " + directory);
    return success();
}

Result<void> become_for_good(Identity identity) {
    if (::setgroups(1, &identity.group) != 0 ||
        ::setresgid(identity.group, identity.group, identity.group) != 0 ||
        ::setresuid(identity.user, identity.user, identity.user) != 0)
        return system_error(fmt::format("become user {} group {}", identity.user, identity.group));
    return success();
}

Result<void> become_for_now(Identity identity) {
    if (!set_effective(identity.user, identity.group))
        return system_error(fmt::format("become user {} group {}", identity.user, identity.group));
    return success();
}

ActingAs::ActingAs(Identity identity) : user_(::geteuid()), group_(::getegid()) {
    if (!set_effective(identity.user, identity.group)) std::abort();
}

ActingAs::~ActingAs() {
    if (!set_effective(user_, group_)) std::abort();
}

}  // namespace postern::service
