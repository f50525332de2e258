// Names of levels; see the header.
#include "lib/tls/level.h"

#include "lib/base/strings.h"

namespace postern::tls {

namespace {

constexpr std::string_view names[] = {"none", "may",       "encrypt", "fingerprint",
                                      "dane", "dane-only", "verify",  "secure"};

}  // namespace

std::optional<Level> level_named(std::string_view name) noexcept {
    for (std::size_t i = 0; i < std::size(names); ++i)
        if (same(names[i], name)) return static_cast<Level>(i);
    return std::nullopt;
}

std::string_view name_of(Level level) noexcept { return names[static_cast<std::size_t>(level)]; }

}  // namespace postern::tls
