// Reading resolv.conf; see the header.
#include "lib/dns/resolv_conf.h"

#include "lib/base/strings.h"

#include <algorithm>

namespace postern::dns {

namespace {

/// The number after "name:"; nothing when the option is another or has no number.
std::optional<int> value_of(std::string_view option, std::string_view name, int least, int most) {
    const auto parts = cut(option, ':');
    if (!parts || parts->first != name) return std::nullopt;
    const auto number = parse_number(parts->second);
    if (!number) return std::nullopt;
    return static_cast<int>(std::clamp<std::uint64_t>(*number, least, most));
}

void take_option(ResolvConf& conf, std::string_view option) {
    if (option == "rotate") conf.rotate = true;
    if (option == "use-vc") conf.use_tcp = true;
    if (const auto ndots = value_of(option, "ndots", 0, 15)) conf.ndots = *ndots;
    if (const auto wait = value_of(option, "timeout", 1, 30)) conf.timeout = seconds(*wait);
    if (const auto attempts = value_of(option, "attempts", 1, 5)) conf.attempts = *attempts;
}

}  // namespace

ResolvConf ResolvConf::parse(std::string_view text) {
    ResolvConf conf;
    for (const std::string_view line : split(text, "\n")) {
        const auto words = split(line, " \t\r");
        if (words.empty() || words[0].starts_with('#') || words[0].starts_with(';')) continue;
        if (words[0] == "search" || words[0] == "domain")
            conf.search.assign(words.begin() + 1, words.end());
        if (words[0] == "options")
            for (std::size_t i = 1; i < words.size(); ++i) take_option(conf, words[i]);
    }
    return conf;
}

std::vector<std::string> candidates(std::string_view name, const ResolvConf& conf,
                                    Completion completion) {
    if (name.ends_with('.')) return {std::string(name.substr(0, name.size() - 1))};
    const auto dots = std::count(name.begin(), name.end(), '.');
    std::vector<std::string> names;
    if (completion.res_dnsrch || (completion.res_defnames && dots == 0))
        for (const std::string& domain : conf.search) {
            names.push_back(std::string(name) + "." + domain);
            if (!completion.res_dnsrch) break;
        }
    names.insert(dots >= conf.ndots ? names.begin() : names.end(), std::string(name));
    return names;
}

}  // namespace postern::dns
