#include "lib/queue/maildrop.h"

#include "lib/base/strings.h"
#include "lib/queue/envelope.h"
#include "lib/queue/tls_wishes.h"

#include <algorithm>
#include <array>

namespace postern::queue {
namespace {

constexpr std::string_view allowed_in(Section section) {
    switch (section) {
        case Section::envelope:
            return "AFSVRinM";
        case Section::content:
            return "LNX";
        case Section::extracted:
            return "ARE";
    }
    return {};
}

constexpr std::array<std::string_view, 9> attributes = {
    "create_time",  "dsn_orig_rcpt", "encoding",        "envelope_id",
    "notify_flags", "ret_flags",     "rewrite_context", "trace_flags",
    requiretls,
};

}  // namespace

bool is_allowed_in_maildrop(Section section, RecordType type) {
    return allowed_in(section).find(static_cast<char>(type)) != std::string_view::npos;
}

bool is_allowed_maildrop_attribute(std::string_view name, std::string_view value) {
    if (name == "trace_flags" && (parse_number(value).value_or(0) & TraceFlags::probe) != 0)
        return false;
    return std::ranges::find(attributes, name) != attributes.end();
}

}  // namespace postern::queue
