// Fuzzes PROXY headers: none is read beyond its input, and one that is complete stays what it is
// when more follows.
#include "lib/mail/proxy_header.h"

#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace postern;
    const std::string input(reinterpret_cast<const char*>(data), size);
    const auto header = mail::parse_proxy_header(input);
    if (!header || !*header) return 0;
    if ((*header)->size > input.size()) std::abort();
    const auto again = mail::parse_proxy_header(input + "EHLO x\r\n");
    if (!again || !*again || (*again)->size != (*header)->size) std::abort();
    return 0;
}
