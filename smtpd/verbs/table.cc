// The table of verbs.
#include "lib/base/strings.h"
#include "smtpd/verb.h"

#include <algorithm>

namespace postern::smtpd {

namespace {

constexpr Verb table_of_verbs[] = {
    {"HELO", "helo", verb::helo, true, true},
    {"EHLO", "ehlo", verb::ehlo, true, true},
    {"XCLIENT", "xclient", verb::xclient, true, false},
    {"XFORWARD", "xforward", verb::xforward, false, false},
    {"STARTTLS", "starttls", verb::starttls, false, false},
    {"AUTH", "auth", verb::auth, true, false},
    {"MAIL", "mail", verb::mail, false, false},
    {"RCPT", "rcpt", verb::rcpt, false, false},
    {"DATA", "data", verb::data, true, false},
    {"BDAT", "bdat", verb::bdat, false, false},
    {"RSET", "rset", verb::rset, false, true},
    {"NOOP", "noop", verb::noop, true, true},
    {"VRFY", "vrfy", verb::vrfy, true, true},
    {"ETRN", "etrn", verb::etrn, true, true},
    {"QUIT", "quit", verb::quit, true, false},
};
static_assert(std::size(table_of_verbs) + 1 == verb_count);

}  // namespace

std::span<const Verb> verbs() {
    return table_of_verbs;
}

const Verb* find_verb(std::string_view name) {
    const auto found = std::find_if(std::begin(table_of_verbs), std::end(table_of_verbs),
                                    [&](const Verb& known) { return same(known.name, name); });
    return found == std::end(table_of_verbs) ? nullptr : found;
}

}  // namespace postern::smtpd
