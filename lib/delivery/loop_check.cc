// Delivered-To fields; see the header.
#include "lib/delivery/loop_check.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/header_field.h"

#include <algorithm>

namespace postern::delivery {

Result<std::vector<std::string>> delivered_to(queue::ContentReader content) {
    std::vector<std::string> found;
    for (;;) {
        auto line = content.next();
        if (!line) return line.error();
        if (!*line || (*line)->text.empty()) return found;
        const auto field = mail::parse_field((*line)->text);
        if (field && same(field->name, "Delivered-To"))
            found.push_back(lower(mail::internal(trim(field->value))));
        else if (!field && !mail::continues_field((*line)->text))
            return found;
    }
}

bool is_among(const std::vector<std::string>& addresses, std::string_view address) {
    return std::any_of(addresses.begin(), addresses.end(),
                       [&](const std::string& known) { return same(known, address); });
}

}  // namespace postern::delivery
