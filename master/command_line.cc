// argv of a child; see the header.
#include "master/command_line.h"

#include <fmt/format.h>

namespace postern::master {

std::vector<std::string> command_line(const config::MasterEntry& entry, const StartDetails& details) {
    std::vector<std::string> words = {
        entry.command,
        "-n", entry.name,
        "-t", std::string(config::service_type_name(entry.type)),
        "-s", fmt::to_string(details.sockets),
        "-L", fmt::to_string(details.share)};
    if (entry.is_chrooted) words.emplace_back("-c");
    if (entry.is_unprivileged) words.emplace_back("-u");
    if (entry.max_processes == 1) words.emplace_back("-l");
    if (details.stress) words.emplace_back("-S");
    for (int level = 0; level < details.verbosity; ++level) words.emplace_back("-v");
    words.insert(words.end(), entry.arguments.begin(), entry.arguments.end());
    return words;
}

}  // namespace postern::master
