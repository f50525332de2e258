// Attributes of XCLIENT and XFORWARD; see the header.
#include "smtpd/xattributes.h"

#include "lib/base/strings.h"
#include "lib/mail/dsn.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtpd {

namespace {

constexpr std::size_t longest_value = 255;

}  // namespace

Reply bad_xattribute(const XAttribute& attribute) {
    return reply(501, "5.5.4",
                 fmt::format("Bad {} syntax: {}", attribute.name, printable(attribute.value, 100)));
}

Reply unknown_xattribute(std::string_view command, const XAttribute& attribute) {
    return reply(501, "5.5.4",
                 fmt::format("Bad {} attribute name: {}", command, printable(attribute.name, 100)));
}

std::variant<std::vector<XAttribute>, Reply> parse_xattributes(std::string_view arguments,
                                                               std::string_view command) {
    std::vector<XAttribute> attributes;
    for (const std::string_view word : split(arguments, " \t")) {
        const auto parts = cut(word, '=');
        if (!parts || parts->first.empty() || parts->second.empty())
            return reply(501, "5.5.4", "Error: attribute=value expected");
        if (parts->second.size() > longest_value)
            return reply(501, "5.5.4", "Error: attribute value too long");
        XAttribute attribute{upper(parts->first), std::string(parts->second),
                             XAttribute::State::given};
        if (same(parts->second, "[UNAVAILABLE]")) attribute.state = XAttribute::State::unavailable;
        if (same(parts->second, "[TEMPUNAVAIL]"))
            attribute.state = XAttribute::State::temporarily_unavailable;
        if (attribute.state == XAttribute::State::given) {
            auto value = mail::from_xtext(parts->second);
            if (!value || !is_valid_utf8(*value)) return bad_xattribute(attribute);
            attribute.value = printable(*value);
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
