// The arguments of XCLIENT and XFORWARD: "NAME=value NAME=value", values in xtext (XCLIENT_README).
#pragma once

#include "smtpd/reply.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace postern::smtpd {

struct XAttribute {
    std::string name;   ///< upper case
    std::string value;  ///< decoded; "" where the sender does not know it
    enum class State { given, unavailable, temporarily_unavailable } state = State::given;
};

/// The attributes; or the refusal. A control character in a value becomes `?`:
/// it would break log lines and headers.
std::variant<std::vector<XAttribute>, Reply> parse_xattributes(std::string_view arguments,
                                                               std::string_view command);

/// "501 5.5.4 Bad NAME syntax: value".
Reply bad_xattribute(const XAttribute& attribute);
/// "501 5.5.4 Bad COMMAND attribute name: NAME".
Reply unknown_xattribute(std::string_view command, const XAttribute& attribute);

}  // namespace postern::smtpd
