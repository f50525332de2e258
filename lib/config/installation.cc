// The one file that is compiled with the paths of the installation.
#include "lib/config/installation.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace postern::config {

namespace {

using Row = std::pair<std::string_view, std::string_view>;

constexpr auto rows = std::to_array<Row>({
    {"command_directory", POSTERN_COMMAND_DIRECTORY},
    {"config_directory", POSTERN_CONFIG_DIRECTORY},
    {"daemon_directory", POSTERN_DAEMON_DIRECTORY},
    {"data_directory", POSTERN_DATA_DIRECTORY},
    {"default_cache_db_type", "btree"},
    {"default_database_type", "hash"},
    {"html_directory", POSTERN_HTML_DIRECTORY},
    {"mail_version", "3.12.0"},
    {"mailq_path", POSTERN_COMMAND_DIRECTORY "/mailq"},
    {"manpage_directory", POSTERN_MANPAGE_DIRECTORY},
    {"meta_directory", POSTERN_META_DIRECTORY},
    {"newaliases_path", POSTERN_COMMAND_DIRECTORY "/newaliases"},
    {"queue_directory", POSTERN_QUEUE_DIRECTORY},
    {"readme_directory", POSTERN_README_DIRECTORY},
    {"sample_directory", POSTERN_CONFIG_DIRECTORY},
    {"sendmail_path", POSTERN_COMMAND_DIRECTORY "/sendmail"},
    {"shlib_directory", POSTERN_SHLIB_DIRECTORY},
});

}  // namespace

std::optional<std::string_view> installed(std::string_view parameter) {
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [&](const Row& row) { return row.first == parameter; });
    if (found == rows.end()) return std::nullopt;
    return found->second;
}

std::string_view own_version() { return POSTERN_VERSION; }

std::string host_name() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

std::string qualified(const std::string& name, const std::string& mydomain) {
    if (name.find('.') != std::string::npos) return name;
    return name + "." + (mydomain.empty() ? "localdomain" : mydomain);
}

std::string domain_of(const std::string& host) {
    const auto dot = host.find('.');
    if (dot == std::string::npos || dot + 1 == host.size()) return "localdomain";
    return host.substr(dot + 1);
}

}  // namespace postern::config
