// Fuzzes what MAIL and RCPT are taken apart with.
#include "lib/mail/dsn.h"
#include "lib/mail/smtp_path.h"

#include <cstdlib>
#include <tuple>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace postern;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const bool strict : {false, true}) {
        const auto path = mail::parse_path_argument(text, {strict, true});
        if (path && path->parameters.size() > text.size()) std::abort();
    }
    if (const auto decoded = mail::from_xtext(text); decoded && decoded->size() > size) std::abort();
    std::ignore = mail::OriginalRecipient::parse(text);
    std::ignore = mail::Notify::parse(text);
    std::ignore = mail::parse_envid(text);
    return 0;
}
