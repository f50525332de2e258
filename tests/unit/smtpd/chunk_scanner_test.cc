#include "smtpd/chunk_scanner.h"

#include "lib/queue/record.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace postern;
using smtpd::ChunkScanner;

namespace {

using Records = std::vector<std::string>;   // "N text"

struct Scanned {
    Records records;
    std::uint64_t size = 0;
    bool has_bare_newline = false;
};

/// In chunks of `step` bytes; no line is longer than ten.
Scanned scan(std::string_view input, std::size_t step = 1000) {
    ChunkScanner scanner(10);
    std::string bytes;
    for (std::size_t at = 0; at < input.size(); at += step) scanner.take(input.substr(at, step), bytes);
    scanner.complete(bytes);
    Scanned result{{}, scanner.size(), scanner.has_bare_newline()};
    queue::RecordParser parser(bytes);
    while (const auto record = parser.next().value_or(std::nullopt))
        result.records.push_back(std::string(1, static_cast<char>(record->type)) + " " + std::string(record->data));
    return result;
}

}  // namespace

TEST_CASE("dots in chunks are content", "[smtpd][row1]") {
    const auto content = scan("a: b\r\n\r\n..\r\n.\r\nMAIL FROM:<x>\r\n");
    CHECK(content.records == Records{"N a: b", "N ", "N ..", "N .", "L MAIL FROM:", "N <x>"});
    CHECK(content.size == 30);
}

TEST_CASE("the last line of the last chunk needs no end", "[smtpd]") {
    CHECK(scan("a\r\nb").records == Records{"N a", "N b"});
    CHECK(scan("a\r\n").records == Records{"N a"});
    CHECK(scan("").records.empty());
}

TEST_CASE("where chunks begin makes no difference", "[smtpd][row1]") {
    const std::string input = GENERATE(as<std::string>(), "123456789012345678901\r\nx\n\r\n", "1234567890\r\n", "12345678901\r\n",
                                       "1234567890\r", "\r\r\n\r", "123456789\r\r\n");
    const auto whole = scan(input);
    for (const std::size_t step : {1, 2, 3, 11}) {
        const auto pieces = scan(input, step);
        CHECK(pieces.records == whole.records);
        CHECK(pieces.size == whole.size);
        CHECK(pieces.has_bare_newline == whole.has_bare_newline);
    }
}

TEST_CASE("bare newlines in chunks end lines, and are told", "[smtpd]") {
    CHECK(scan("x\ny\r\n").records == Records{"N x", "N y"});
    CHECK(scan("x\ny\r\n").has_bare_newline);
    CHECK_FALSE(scan("x\r\n").has_bare_newline);
}
