// Naming keywords; see the header.
#include "lib/mail/ehlo_keywords.h"

#include "lib/base/strings.h"

#include <algorithm>

namespace postern::mail {

namespace {

constexpr std::string_view known[] = {"8BITMIME", "AUTH",     "ETRN",     "PIPELINING",          "SIZE", "VERP",     "VRFY",
                                      "XCLIENT",  "XFORWARD", "STARTTLS", "ENHANCEDSTATUSCODES", "DSN",  "SMTPUTF8", "CHUNKING"};

}  // namespace

std::string discarded_for_log(const std::vector<std::string>& keywords) {
    const auto is_discarded = [&](std::string_view name) {
        return std::ranges::any_of(keywords, [name](const std::string& word) { return same(word, name); });
    };
    if (is_discarded("silent-discard")) return "";
    std::string text;
    for (const std::string_view name : known)
        if (is_discarded(name)) text.append(text.empty() ? "" : " ").append(name);
    return text;
}

}  // namespace postern::mail
