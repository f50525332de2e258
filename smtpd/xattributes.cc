// Attributes of XCLIENT and XFORWARD; see the header.
#include "smtpd/xattributes.h"

#include "lib/base/strings.h"
#include "lib/mail/dsn.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtpd {

namespace {

constexpr std::size_t longest_value = 255;

bool is_safe(std::string_view value) {
    return value.size() <= longest_value && std::none_of(value.begin(), value.end(), is_control) &&
           is_valid_utf8(value);
}

}  // namespace

Reply bad_xattribute(const XAttribute& attribute) {
    return reply(501, "5.5.4", fmt::format("Bad {} syntax: {}", attribute.name, printable(attribute.value, 100)));
}

std::variant<std::vector<XAttribute>, Reply> parse_xattributes(std::string_view arguments,
                                                               std::string_view command) {
    std::vector<XAttribute> attributes;
    for (const std::string_view word : split(arguments, " \t")) {
        const auto parts = cut(word, '=');
        if (!parts) return reply(501, "5.5.4", "Error: attribute=value expected");
        XAttribute attribute{upper(parts->first), std::string(parts->second), XAttribute::State::given};
        if (same(parts->second, "[UNAVAILABLE]")) attribute.state = XAttribute::State::unavailable;
        if (same(parts->second, "[TEMPUNAVAIL]")) attribute.state = XAttribute::State::temporarily_unavailable;
        if (attribute.state == XAttribute::State::given) {
            auto value = mail::from_xtext(parts->second);
            if (!value || !is_safe(*value)) return bad_xattribute(attribute);
            attribute.value = std::move(*value);
        } else {
            attribute.value.clear();
        }
        attributes.push_back(std::move(attribute));
    }
    if (attributes.empty())
        return reply(501, "5.5.4", fmt::format("Syntax: {} attribute=value...", command));
    return attributes;
}

}  // namespace postern::smtpd
