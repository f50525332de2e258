// Variable envelope return paths; see the header.
#include "lib/mail/verp.h"

#include "lib/mail/address.h"

#include <fmt/format.h>

namespace postern::mail {

std::string verp_sender(std::string_view sender, std::string_view delimiters,
                        std::string_view recipient) {
    const auto from = split_address(sender), to = split_address(recipient);
    std::string address = fmt::format("{}{}{}", from.localpart, delimiters[0], to.localpart);
    if (to.has_domain) address += fmt::format("{}{}", delimiters[1], to.domain);
    if (from.has_domain) address += fmt::format("@{}", from.domain);
    return address;
}

}  // namespace postern::mail
