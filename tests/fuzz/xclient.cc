// Fuzzes the attributes of XCLIENT and XFORWARD: no value brings a control character.
#include "lib/base/strings.h"
#include "smtpd/xattributes.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace postern;
    const auto parsed = smtpd::parse_xattributes({reinterpret_cast<const char*>(data), size}, "XCLIENT");
    if (const auto* refusal = std::get_if<smtpd::Reply>(&parsed)) {
        if (refusal->code != 501) std::abort();
        return 0;
    }
    for (const auto& attribute : std::get<std::vector<smtpd::XAttribute>>(parsed))
        if (std::any_of(attribute.value.begin(), attribute.value.end(), is_control)) std::abort();
    return 0;
}
