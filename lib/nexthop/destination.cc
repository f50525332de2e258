// The syntax of destinations; see the header.
#include "lib/nexthop/destination.h"

#include "lib/base/strings.h"

namespace postern::nexthop {

namespace {

Error bad(std::string_view text) {
    return permanent("bad destination: \"" + printable(text) + "\"");
}

/// "[host]" or "[host]:service" after the bracket was seen.
bool take_literal(Destination& to, std::string_view text) {
    const auto end = text.find(']');
    if (end == text.npos) return false;
    to.host = text.substr(1, end - 1);
    to.is_literal = to.is_bracketed = true;
    const std::string_view rest = text.substr(end + 1);
    if (rest.empty()) return true;
    if (rest[0] != ':') return false;
    to.service = rest.substr(1);
    return !to.service.empty();
}

bool take_name(Destination& to, std::string_view text) {
    const auto colon = text.rfind(':');
    to.host = text.substr(0, colon);
    if (colon == text.npos) return true;
    to.service = text.substr(colon + 1);
    return !to.service.empty();
}

}  // namespace

Result<Destination> Destination::parse(std::string_view text, bool is_lmtp) {
    Destination to;
    to.text = text;
    std::string_view place = text;
    if (is_lmtp && place.starts_with("unix:")) {
        to.kind = Kind::unix_socket;
        to.path = place.substr(5);
        if (to.path.empty()) return bad(text);
        return to;
    }
    if (is_lmtp && place.starts_with("inet:")) place.remove_prefix(5);
    const bool is_good = place.starts_with('[') ? take_literal(to, place) : take_name(to, place);
    if (!is_good || to.host.empty()) return bad(text);
    if (is_lmtp) to.is_literal = true;   // RFC 2033: no MX records for LMTP
    return to;
}

}  // namespace postern::nexthop
