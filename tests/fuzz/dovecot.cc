// Fuzzes the lines of a Dovecot authentication server.
#include "lib/base/strings.h"
#include "lib/sasl/dovecot_line.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace postern;
    for (const std::string_view line : split(fuzz::text_of(data, size), "\n")) {
        const auto words = sasl::dovecot_words(line);
        fuzz::require(!words.empty());
        const auto mechanism = sasl::DovecotMechanism::parse(words);
        if (mechanism) fuzz::require(!mechanism->name.empty());
        const auto answer = sasl::DovecotAnswer::parse(words);
        if (!answer) continue;
        fuzz::require(answer->step.text.size() <= line.size() && answer->username.size() <= line.size());
        // Nobody without a name is let in.
        fuzz::require(answer->step.kind != sasl::Step::Kind::success || !answer->username.empty());
    }
    return 0;
}
