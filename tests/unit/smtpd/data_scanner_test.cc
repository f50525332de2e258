#include "smtpd/data_scanner.h"

#include "lib/queue/record.h"

#include <catch2/catch.hpp>

using namespace postern;
using smtpd::BareNewline;
using smtpd::DataScanner;

namespace {

struct Scanned {
    std::vector<std::string> records;   // "N text"
    std::size_t taken = 0;
    bool is_complete = false, has_bare_newline = false;
};

/// Feeds the input as a stream would: pieces of `step` bytes are added to what was left.
Scanned scan(std::string_view input, BareNewline rule = BareNewline::normalize, std::size_t step = 1000,
             std::size_t limit = 2048) {
    DataScanner scanner(limit, rule);
    std::string records, waiting;
    Scanned result;
    for (std::size_t at = 0; at < input.size() && !scanner.is_complete(); at += step) {
        waiting += input.substr(at, step);
        const std::size_t taken = scanner.take(waiting, records);
        result.taken += taken;
        waiting.erase(0, taken);
    }
    result.is_complete = scanner.is_complete();
    result.has_bare_newline = scanner.has_bare_newline();
    queue::RecordParser parser(records);
    for (;;) {
        const auto record = parser.next();
        REQUIRE(record.has_value());
        if (!*record) return result;
        result.records.push_back(std::string(1, static_cast<char>((*record)->type)) + " " +
                                 std::string((*record)->data));
    }
}

using Records = std::vector<std::string>;

}  // namespace

TEST_CASE("lines become records without their ends and doubled dots", "[smtpd]") {
    const auto content = scan("Subject: x\r\n\r\n..\r\n.y\r\n.\r\nQUIT\r\n");
    CHECK(content.is_complete);
    CHECK(content.records == Records{"N Subject: x", "N ", "N .", "N y"});
    CHECK(content.taken == 25);
    CHECK_FALSE(content.has_bare_newline);
}

TEST_CASE("a dot right after DATA is the end", "[smtpd]") { CHECK(scan(".\r\n").is_complete); }

// attack-cases.md, row 1
TEST_CASE("only CR LF . CR LF ends the data, however it is cut into segments", "[smtpd][row1]") {
    const std::string variant = GENERATE(as<std::string>(), "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r",
                                         "\r\n.\r\r\n", std::string("\r\n\0.\r\n", 6));
    const std::size_t step = GENERATE(1u, 2u, 3u, 1000u);
    CHECK_FALSE(scan("a: b\r\n\r\nx" + variant + "RSET\r\n", BareNewline::normalize, step).is_complete);
    CHECK(scan("a: b\r\n\r\nx" + variant + "RSET\r\n\r\n.\r\n", BareNewline::normalize, step).is_complete);
}

TEST_CASE("CR CR LF . CR LF ends the data: its line ends with CR LF", "[smtpd][row1]") {
    const auto content = scan("x\r\r\n.\r\n");
    CHECK(content.is_complete);
    CHECK(content.records == Records{"N x\r"});
}

TEST_CASE("smtpd_forbid_bare_newline = no lets bare newlines end the data", "[smtpd][row1]") {
    CHECK(scan("x\n.\n", BareNewline::allow).is_complete);
    CHECK(scan("x\n.\r\n", BareNewline::allow).is_complete);
}

TEST_CASE("bare newlines end lines, and are told", "[smtpd]") {
    const auto content = scan("x\ny\r\n.\r\n");
    CHECK(content.records == Records{"N x", "N y"});
    CHECK(content.has_bare_newline);
}

TEST_CASE("a line above the limit comes in pieces", "[smtpd][row7]") {
    const std::size_t step = GENERATE(1u, 7u, 1000u);
    const auto content = scan("abcdefghij\r\n..\r\n.\r\n", BareNewline::normalize, step, 4);
    CHECK(content.records == Records{"L abcd", "L efgh", "N ij", "N ."});
}

TEST_CASE("of a long line of dots only the first one is taken away", "[smtpd]") {
    const std::size_t step = GENERATE(1u, 3u, 1000u);
    std::string line;
    for (const std::string& record : scan("........\r\n.\r\n", BareNewline::normalize, step, 3).records)
        line += record.substr(2);
    CHECK(line == ".......");
}

TEST_CASE("a lone dot that is not the end is left out", "[smtpd][row1]") {
    CHECK(scan("x\n.\r\ny\r\n.\r\n").records == Records{"N x", "N y"});
}

TEST_CASE("an endless line is not kept", "[smtpd][row7]") {
    DataScanner scanner(2048, BareNewline::normalize);
    std::string records;
    CHECK(scanner.take(std::string(100000, 'x'), records) > 97000);
    CHECK(scanner.size() > 97000);
}
