// unix:passwd.byname and unix:group.byname: the user and group databases, by getpwnam(3) and
// getgrnam(3). Those may ask servers (LDAP, NIS), so that a daemon lends a thread.
#include "lib/event/pool.h"
#include "lib/table/registry.h"
#include "lib/table/types.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <grp.h>
#include <pwd.h>

#include <cerrno>

namespace postern::table {

namespace {

using Lookup = Found (*)(const std::string& key);

std::string text_of(const passwd& user) {
    return fmt::format("{}:{}:{}:{}:{}:{}:{}", user.pw_name, user.pw_passwd, user.pw_uid,
                       user.pw_gid, user.pw_gecos, user.pw_dir, user.pw_shell);
}

std::string text_of(const group& group) {
    std::vector<std::string_view> members;
    for (char** member = group.gr_mem; *member; ++member) members.emplace_back(*member);
    return fmt::format("{}:{}:{}:{}", group.gr_name, group.gr_passwd, group.gr_gid,
                       fmt::join(members, ","));
}

/// Calls getpwnam_r or its like with a buffer that is large enough.
template <class Record>
Found look_up(const std::string& key,
              int (*get)(const char*, Record*, char*, std::size_t, Record**)) {
    std::string buffer(4096, '\0');
    for (;;) {
        Record record;
        Record* found = nullptr;
        const int failure = get(key.c_str(), &record, buffer.data(), buffer.size(), &found);
        if (found) return std::optional(text_of(record));
        if (failure == 0 || failure == ENOENT || failure == ESRCH) return std::nullopt;
        if (failure != ERANGE) return temporary(system_error("query error", failure).text);
        buffer.resize(buffer.size() * 2);
    }
}

Found find_user(const std::string& key) { return look_up<passwd>(key, ::getpwnam_r); }
Found find_group(const std::string& key) { return look_up<group>(key, ::getgrnam_r); }

class UnixDictionary final : public Dictionary {
public:
    UnixDictionary(Lookup lookup, event::Pool* pool) : lookup_(lookup), pool_(pool) {}
    Answer<Found> find(std::string_view key) override {
        if (pool_) return find_elsewhere(std::string(key));
        return lookup_(std::string(key));
    }

private:
    Task<Found> find_elsewhere(std::string key) {
        co_return co_await pool_->offload([key, lookup = lookup_] { return lookup(key); });
    }

    const Lookup lookup_;
    event::Pool* const pool_;
};

}  // namespace

OpenedDictionary open_unix(const Opening& opening) {
    event::Pool* pool = opening.registry.surroundings().names;
    if (opening.name == "passwd.byname") return std::make_unique<UnixDictionary>(find_user, pool);
    if (opening.name == "group.byname") return std::make_unique<UnixDictionary>(find_group, pool);
    return permanent("unknown table: unix:" + opening.name);
}

}  // namespace postern::table
