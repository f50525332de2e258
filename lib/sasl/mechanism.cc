// Security options; see the header.
#include "lib/sasl/mechanism.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::sasl {

namespace {

constexpr struct {
    std::string_view word;
    unsigned forbidden, needed;
} options[] = {
    {"noplaintext", plaintext, 0},           {"noactive", active, 0},
    {"nodictionary", dictionary, 0},         {"noanonymous", anonymous, 0},
    {"forward_secrecy", 0, forward_secrecy}, {"mutual_auth", 0, mutual_auth},
};

}  // namespace

Result<SecurityOptions> SecurityOptions::parse(const std::vector<std::string>& words) {
    SecurityOptions demanded;
    for (const std::string& word : words) {
        const auto found =
            std::find_if(std::begin(options), std::end(options),
                         [&](const auto& option) { return same(option.word, word); });
        if (found == std::end(options))
            return permanent(fmt::format("unknown SASL security option \"{}\"", word));
        demanded.forbidden |= found->forbidden;
        demanded.needed |= found->needed;
    }
    return demanded;
}

bool is_mechanism_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= 20 && std::all_of(name.begin(), name.end(), [](char c) {
        return is_ascii_alnum(c) || c == '-' || c == '_';
    });
}

}  // namespace postern::sasl
