// Attributes of spawn services; see the header.
#include "services/spawn/attributes.h"

#include "lib/service/program.h"

#include <fmt/format.h>

namespace postern::spawn {

Result<Attributes> Attributes::parse(const std::vector<std::string>& words,
                                     const config::Config& config) {
    Attributes attributes;
    std::string user;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].starts_with("user=")) {
            user = words[i].substr(5);
        } else if (words[i].starts_with("argv=")) {
            attributes.argv.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
            attributes.argv.front().erase(0, 5);
            if (attributes.argv.front().empty()) attributes.argv.erase(attributes.argv.begin());
            break;
        } else {
            return permanent(fmt::format("unknown attribute name: {}", words[i]));
        }
    }
    if (user.empty()) return permanent("missing user= attribute");
    if (attributes.argv.empty()) return permanent("missing argv= attribute");
    auto identity = service::program_identity(user, config);
    if (!identity) return identity.error();
    attributes.identity = *identity;
    return attributes;
}

}  // namespace postern::spawn
