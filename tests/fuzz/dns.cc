// Fuzzes the answers of name servers, as answers to all types of questions.
#include "lib/dns/message.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace postern;
    using dns::Type;
    for (const Type type : {Type::a, Type::aaaa, Type::mx, Type::ptr, Type::txt, Type::srv, Type::tlsa, Type::cname}) {
        const auto reply = dns::parse_reply(std::span(data, size), "example.com", type);
        if (!reply) continue;
        for (const dns::Record& record : reply->records) {
            fuzz::require(record.type == type);
            // What is matched by a table, and logged, is one line.
            fuzz::require(record.text().find('\n') == std::string::npos);
        }
    }
    return 0;
}
