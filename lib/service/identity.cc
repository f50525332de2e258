// Changing identity; see the header.
#include "lib/service/identity.h"

#include "lib/service/thread_identity.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace postern::service {

namespace {

// The kernel's calls, which change the calling thread only; those of the C library stop all threads
// and change each. Where there are two of a call, the plain one is that of 16 bits.
#ifdef SYS_setresuid32
constexpr long set_users = SYS_setresuid32, set_groups = SYS_setresgid32,
               set_further_groups = SYS_setgroups32;
#else
constexpr long set_users = SYS_setresuid, set_groups = SYS_setresgid,
               set_further_groups = SYS_setgroups;
#endif
constexpr int as_it_is = -1;

bool set_effective_user(uid_t user) {
    return ::syscall(set_users, as_it_is, user, as_it_is) == 0;
}

/// Whoever has this user and group has no further groups: all ways to them lead through here, or
/// through become_for_good().
bool set_effective(uid_t user, gid_t group) {
    const uid_t now = ::geteuid();
    if (now == user && ::getegid() == group) return true;
    if (now != 0 && !set_effective_user(0)) return false;  // only root can change groups
    return ::syscall(set_further_groups, 1, &group) == 0 &&
           ::syscall(set_groups, as_it_is, group, as_it_is) == 0 &&
           (user == 0 || set_effective_user(user));
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

void become_in_thread(Identity identity) {
    if (!set_effective(identity.user, identity.group)) std::abort();
}

ActingAs::ActingAs(Identity identity) : user_(::geteuid()), group_(::getegid()) {
    if (!set_effective(identity.user, identity.group)) std::abort();
}

ActingAs::~ActingAs() {
    if (!set_effective(user_, group_)) std::abort();
}

}  // namespace postern::service
