// Holders of locks; see the header.
#include "lib/delivery/lock_holder.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <vector>

namespace postern::delivery {

namespace {

std::string host_name() {
    std::array<char, HOST_NAME_MAX + 1> host{};
    ::gethostname(host.data(), host.size() - 1);
    return host.data();
}

/// Ours; the same for the life of the process, as is names().
const std::string& boot() {
    static const std::string id = [] {
        auto text = read_file("/proc/sys/kernel/random/boot_id", 100);
        return text ? std::string(trim(*text)) : "?";
    }();
    return id;
}

/// In ticks since the boot; "?" of one that we may not look at. The program's name, in
/// parentheses, may hold anything.
std::string start_of(pid_t process) {
    constexpr std::size_t start_field = 19;  // of those behind the name
    auto line = read_file(fmt::format("/proc/{}/stat", process), 4096);
    const auto end = line ? line->rfind(')') : std::string::npos;
    if (end == std::string::npos) return "?";
    const auto fields = split(std::string_view(*line).substr(end + 1));
    return fields.size() > start_field ? std::string(fields[start_field]) : "?";
}

const std::string& names() {
    static const std::string link = [] {
        std::array<char, 64> target{};
        const ssize_t length = ::readlink("/proc/self/ns/pid", target.data(), target.size());
        return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : "?";
    }();
    return link;
}

}  // namespace

std::string lock_holder() {
    return fmt::format("{}:{}\n{} {} {}\n", ::getpid(), host_name(), boot(), start_of(::getpid()),
                       names());
}

bool is_orphaned(std::string_view content) {
    const auto lines = split(content, "\n");
    const auto first = lines.empty() ? std::nullopt : cut(lines[0], ':');
    const auto number = first ? parse_number(first->first) : std::nullopt;
    if (!number || *number == 0 || *number > INT_MAX || first->second != host_name()) return false;
    const auto process = static_cast<pid_t>(*number);
    const auto words = lines.size() > 1 ? split(lines[1]) : std::vector<std::string_view>();
    if (words.size() == 3) {
        if (words[0] != boot()) return true;
        if (words[2] != names()) return false;
    }
    if (::kill(process, 0) != 0 && errno == ESRCH) return true;
    const std::string start = words.size() == 3 ? start_of(process) : "?";
    return start != "?" && words[1] != "?" && start != words[1];
}

}  // namespace postern::delivery
