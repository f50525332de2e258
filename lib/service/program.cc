// Programs as users; see the header.
#include "lib/service/program.h"

#include "lib/base/strings.h"
#include "lib/config/environment.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <csignal>
#include <optional>

namespace postern::service {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> list;
    for (const std::string& text : strings)
        list.push_back(const_cast<char*>(text.c_str()));
    list.push_back(nullptr);
    return list;
}

/// In the child, which has nothing better to do with a failure than to say it.
[[noreturn]] void give_up(const Error& why) {
    const std::string complaint = why.text + "\n";
    std::ignore = ::write(2, complaint.data(), complaint.size());
    ::_exit(EX_TEMPFAIL);
}

/// Nothing leads back from here, and no further groups go along.
void become_user(const Program& program) {
    if (::getuid() != 0) return;
    if (::seteuid(0) != 0) give_up(system_error("become root"));
    if (!program.chroot.empty())
        if (auto entered = enter_chroot(program.chroot); !entered) give_up(entered.error());
    if (auto done = become_for_good(program.identity); !done) give_up(done.error());
}

Result<gid_t> group_called(const std::string& name) {
    if (const group* entry = ::getgrnam(name.c_str())) return entry->gr_gid;
    return permanent(fmt::format("unknown group name: {}", name));
}

Result<Identity> user_called(const std::string& name) {
    if (const passwd* entry = ::getpwnam(name.c_str()))
        return Identity{entry->pw_uid, entry->pw_gid};
    return permanent(fmt::format("unknown username: {}", name));
}

/// Neither root nor the owner of the queue runs what others wrote.
Result<void> check_rights(Identity identity, const config::Config& config) {
    const std::string owner_name = config.text("mail_owner");
    const std::string group_name = config.text("setgid_group");
    if (identity.user == 0) return permanent("user= command-line attribute specifies root privileges");
    if (identity.group == 0)
        return permanent("user= command-line attribute specifies root group id");
    if (::getuid() != 0) return success();  // a system run by one user has only that one
    const auto owner = mail_owner(config);
    if (owner && owner->user == identity.user)
        return permanent(fmt::format(
            "user= command-line attribute specifies mail system owner {}", owner_name));
    if (owner && owner->group == identity.group)
        return permanent(fmt::format(
            "user= command-line attribute specifies mail system owner {} group id {}", owner_name,
            identity.group));
    const auto setgid = setgid_group(config);
    if (setgid && *setgid == identity.group)
        return permanent(fmt::format(
            "user= command-line attribute specifies mail system {} group id {}", group_name,
            identity.group));
    return success();
}

}  // namespace

Result<Identity> program_identity(std::string_view user_and_group, const config::Config& config) {
    const auto parts = cut(user_and_group, ':');
    const std::string user(parts ? parts->first : user_and_group);
    auto identity = user_called(user);
    if (!identity) return identity;
    if (parts && !parts->second.empty()) {
        auto group = group_called(std::string(parts->second));
        if (!group) return group.error();
        identity->group = *group;
    }
    if (auto allowed = check_rights(*identity, config); !allowed) return allowed.error();
    return identity;
}

std::vector<std::string> program_environment(const config::Config& config) {
    auto list = config::filter_environment(config::current_environment(),
                                           config.list("export_environment"));
    std::erase_if(list, [](const std::string& entry) { return entry.starts_with("PATH="); });
    list.push_back("PATH=/usr/bin:/bin");
    return list;
}

PreparedProgram::PreparedProgram(const Program& program)
    : program_(program),
      arguments_(pointers(program.arguments)),
      environment_(pointers(program.environment)) {}

void PreparedProgram::become(int input, int output, int error) const {
    ::setsid();
    if (::dup2(error, 2) < 0 || ::dup2(output, 1) < 0 || ::dup2(input, 0) < 0)
        ::_exit(EX_TEMPFAIL);
    become_user(program_);
    if (!program_.directory.empty() && ::chdir(program_.directory.c_str()) != 0)
        give_up(system_error("change to directory " + program_.directory));
    for (const int ignored_by_us : {SIGPIPE, SIGXFSZ, SIGCHLD})
        ::signal(ignored_by_us, SIG_DFL);
    ::umask(077);
    ::execvpe(arguments_[0], arguments_.data(), environment_.data());
    give_up(system_error(fmt::format("execute {}", arguments_[0])));
}

int kill_program(pid_t child) {
    // It runs as a user whom the mail owner may not kill.
    std::optional<ActingAs> root;
    if (::getuid() == 0) root.emplace(Identity{0, 0});
    ::kill(-child, SIGKILL);
    ::kill(child, SIGKILL);  // it may not have got so far as to lead a session
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

}  // namespace postern::service
