// The choice of a configuration directory.
#include "lib/config/directory.h"

#include "lib/base/strings.h"
#include "lib/config/expansion.h"
#include "lib/config/installation.h"
#include "lib/config/main_cf.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace postern::config {

namespace {

bool lists(const MainCf& file, std::string_view parameter, const std::string& directory) {
    const auto* setting = file.find(parameter);
    if (!setting) return false;
    const auto value = expand(setting->value, [&file](std::string_view name) {
        const auto* other = file.find(name);
        return other ? std::optional(other->value) : std::nullopt;
    });
    if (!value) return false;
    const auto items = split(*value);
    return std::find(items.begin(), items.end(), directory) != items.end();
}

}  // namespace

std::string default_directory() { return std::string(installed("config_directory").value()); }

std::string choose_directory(const std::optional<std::string>& option) {
    if (option && !option->empty()) return *option;
    const char* environment = std::getenv("MAIL_CONFIG");
    if (environment && *environment) return environment;
    return default_directory();
}

Result<void> check_directory(const std::string& directory) {
    const bool has_borrowed_rights = getuid() != geteuid() || getgid() != getegid();
    if (getuid() == 0 || !has_borrowed_rights) return {};
    return check_directory_as_set_gid(directory);
}

Result<void> check_directory_as_set_gid(const std::string& directory) {
    if (directory == default_directory()) return {};
    const auto main_cf = default_directory() + "/main.cf";
    auto file = read_main_cf(main_cf);
    if (!file) return file.error();
    for (const auto* parameter : {"alternate_config_directories", "multi_instance_directories"})
        if (lists(*file, parameter, directory)) return {};
    return permanent(fmt::format("unauthorized configuration directory name: {}; specify "
                                 "\"alternate_config_directories = {}\" in {}",
                                 printable(directory), printable(directory), main_cf));
}

}  // namespace postern::config
