#include "lib/mail/proxy_header.h"

#include <catch2/catch.hpp>

using namespace std::string_literals;

namespace postern::mail {

namespace {

const std::string start = "\r\n\r\n\0\r\nQUIT\n"s;

std::string text_of(const Result<std::optional<ProxyHeader>>& header) {
    if (!header) return "error";
    if (!*header) return "more";
    if (!(*header)->has_addresses) return "none " + std::to_string((*header)->size);
    const ProxyHeader& known = **header;
    return known.client.host() + " " + std::to_string(known.client.port()) + " " + known.server.host() + " " +
           std::to_string(known.server.port()) + " " + std::to_string(known.size);
}
std::string parse(std::string_view input) { return text_of(parse_proxy_header(input)); }

}  // namespace

TEST_CASE("row 30: version 1 tells the addresses of both sides", "[mail]") {
    CHECK(parse("PROXY TCP4 198.51.100.1 203.0.113.2 56324 25\r\nEHLO x\r\n") == "198.51.100.1 56324 203.0.113.2 25 46");
    CHECK(parse("PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n") == "2001:db8::1 1 2001:db8::2 2 40");
    CHECK(parse("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:192.0.2.2 1 2\r\n") == "192.0.2.1 1 192.0.2.2 2 50");
    CHECK(parse("PROXY UNKNOWN\r\n") == "none 15");
    CHECK(parse("PROXY UNKNOWN whatever 1 2\r\n") == "none 28");
}

TEST_CASE("row 30: version 1 that is cut short waits, what is none is refused", "[mail]") {
    const std::string whole = "PROXY TCP4 198.51.100.1 203.0.113.2 56324 25\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK(parse(whole.substr(0, size)) == "more");
    for (const char* bad : {"EHLO x\r\n", "PROXY\r\n", "PROXY TCP4\r\n", "PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n",
                            "PROXY TCP4 1.2.3.4 1.2.3.4 1 70000\r\n", "PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n",
                            "PROXY TCP4 ::1 1.2.3.4 1 2\r\n", "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
                            "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n", "proxy TCP4"})
        CHECK(parse(bad) == "error");
    CHECK(parse("PROXY " + std::string(200, 'x')) == "error");
}

TEST_CASE("row 30: version 2 tells the addresses, and its extensions are passed over", "[mail]") {
    const std::string v4 = "\xc6\x33\x64\x01\xcb\x00\x71\x02\xdc\x04\x00\x19"s;
    CHECK(parse(start + "\x21\x11\0\x0c"s + v4 + "EHLO") == "198.51.100.1 56324 203.0.113.2 25 28");
    CHECK(parse(start + "\x21\x11\0\x0f"s + v4 + "tlv") == "198.51.100.1 56324 203.0.113.2 25 31");
    const std::string mapped = std::string(10, '\0') + "\xff\xff\xc0\x00\x02\x01"s;
    CHECK(parse(start + "\x21\x21\0\x24"s + mapped + mapped + "\0\x01\0\x02"s) == "192.0.2.1 1 192.0.2.1 2 52");
    CHECK(parse(start + "\x20\0\0\0"s) == "none 16");
    CHECK(parse(start + "\x20\x11\0\x0c"s + v4) == "none 28");
}

TEST_CASE("row 30: version 2 that is cut short waits, what is none is refused", "[mail]") {
    const std::string whole = start + "\x21\x11\0\x0c"s + std::string(12, 'x');
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK(parse(whole.substr(0, size)) == "more");
    CHECK(parse(start + "\x31\x11\0\x0c"s + std::string(12, 'x')) == "error");
    CHECK(parse(start + "\x22\x11\0\x0c"s + std::string(12, 'x')) == "error");
    CHECK(parse(start + "\x21\x12\0\x0c"s + std::string(12, 'x')) == "error");
    CHECK(parse(start + "\x21\x11\0\x0b"s + std::string(11, 'x')) == "error");
    CHECK(parse(start + "\x21\x11\xff\xff"s) == "error");
}

}  // namespace postern::mail
