// Filtering of the environment.
#include "lib/config/environment.h"

#include "lib/base/strings.h"
#include "lib/config/main_cf.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace postern::config {

namespace {

std::string_view name_of(std::string_view variable) {
    return variable.substr(0, variable.find('='));
}

void put(std::vector<std::string>& environment, const Override& variable) {
    std::erase_if(environment,
                  [&](const std::string& other) { return name_of(other) == variable.name; });
    environment.push_back(variable.name + "=" + variable.value);
}

}  // namespace

std::vector<std::string> filter_environment(const std::vector<std::string>& current,
                                            const std::vector<std::string>& list) {
    std::vector<std::string> kept;
    for (const auto& item : list) {
        if (item.find('=') != std::string::npos) {
            if (const auto variable = parse_override(item)) put(kept, *variable);
            continue;
        }
        const auto found = std::find_if(
            current.begin(), current.end(),
            [&](const std::string& variable) { return name_of(variable) == item; });
        if (found != current.end()) put(kept, {item, found->substr(item.size() + 1)});
    }
    return kept;
}

std::vector<std::string> current_environment() {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable; ++variable)
        variables.emplace_back(*variable);
    return variables;
}

void apply_environment(const std::vector<std::string>& list) {
    const auto wanted = filter_environment(current_environment(), list);
    clearenv();
    for (const auto& variable : wanted) {
        const std::string name(name_of(variable));
        setenv(name.c_str(), variable.c_str() + name.size() + 1, 1);
    }
}

}  // namespace postern::config
