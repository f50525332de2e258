// Places of services; see the header.
#include "smtpd/peer_place.h"

#include <fmt/format.h>

namespace postern::smtpd {

std::string peer_place(std::string_view text) {
    if (text.starts_with("local:")) return fmt::format("unix:{}", text.substr(6));
    if (text.starts_with("inet::")) return fmt::format("inet:localhost:{}", text.substr(6));
    if (text.starts_with("inet:") && text.find(':', 5) == std::string_view::npos)
        return fmt::format("inet:localhost:{}", text.substr(5));
    return std::string(text);
}

}  // namespace postern::smtpd
