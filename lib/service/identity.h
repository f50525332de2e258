// Who a process is: the mail owner, and the ways to become another.
#pragma once

#include "lib/base/result.h"
#include "lib/config/config.h"

#include <sys/types.h>

#include <string>

namespace postern::service {

/// A user and the group that goes with it.
struct Identity {
    uid_t user = static_cast<uid_t>(-1);
    gid_t group = static_cast<gid_t>(-1);
};

/// mail_owner. Error: permanent, no such user; names the parameter.
Result<Identity> mail_owner(const config::Config& config);
/// The group of setgid_group. Error as above.
Result<gid_t> setgid_group(const config::Config& config);

/// chroot(2) to `directory`, and there to "/".
Result<void> enter_chroot(const std::string& directory);
/// Real, effective and saved ids, and no further groups; nothing leads back.
Result<void> become_for_good(Identity identity);
/// The effective ids only, from root.
Result<void> become_for_now(Identity identity);

/// As another for a block, then back again; what cannot be changed back ends the process, since
/// going on with the wrong rights would be worse.
class ActingAs {
public:
    explicit ActingAs(Identity identity);
    ~ActingAs();
    ActingAs(const ActingAs&) = delete;

private:
    uid_t user_;
    gid_t group_;
};

}  // namespace postern::service
