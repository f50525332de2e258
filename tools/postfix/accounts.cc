// The users and groups of the mail system; see the header.
#include "tools/postfix/accounts.h"

#include "lib/service/identity.h"

#include <fmt/format.h>
#include <pwd.h>

#include <string>

namespace postern::postfix {

namespace {

using service::Identity;

Result<Identity> default_privs(const config::Config& config) {
    const std::string name = config.text("default_privs");
    const passwd* entry = ::getpwnam(name.c_str());
    if (!entry)
        return config.error_in("default_privs", fmt::format("default_privs: unknown user \"{}\"", name));
    return Identity{entry->pw_uid, entry->pw_gid};
}

Result<void> check_unprivileged(const config::Config& config, const char* parameter,
                                Identity identity) {
    if (identity.user != 0 && identity.group != 0) return success();
    return config.error_in(parameter, fmt::format("{}: user {} has privileged {} ID", parameter,
                                                  config.text(parameter),
                                                  identity.user == 0 ? "user" : "group"));
}

Result<void> check_group(const config::Config& config, const char* parameter, Identity identity,
                         gid_t group) {
    if (identity.group != group) return success();
    return config.error_in("setgid_group",
                           fmt::format("{} and setgid_group: user {} and group {} have the same "
                                       "group ID: {}",
                                       parameter, config.text(parameter),
                                       config.text("setgid_group"), group));
}

}  // namespace

Result<void> check_accounts(const config::Config& config) {
    const auto owner = service::mail_owner(config);
    if (!owner) return owner.error();
    if (auto right = check_unprivileged(config, "mail_owner", *owner); !right) return right;
    const auto others = default_privs(config);
    if (!others) return others.error();
    if (auto right = check_unprivileged(config, "default_privs", *others); !right) return right;
    if (owner->user == others->user)
        return config.error_in("mail_owner",
                               "default_privs and mail_owner specify the same user " +
                                   config.text("mail_owner"));
    const auto group = service::setgid_group(config);
    if (!group) return group.error();
    if (*group == 0)
        return config.error_in("setgid_group",
                               fmt::format("setgid_group: group {} has privileged group ID",
                                           config.text("setgid_group")));
    if (auto right = check_group(config, "mail_owner", *owner, *group); !right) return right;
    return check_group(config, "default_privs", *others, *group);
}

}  // namespace postern::postfix
