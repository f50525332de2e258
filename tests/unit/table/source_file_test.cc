// The text from which tables are made.
#include "tests/unit/table/fixtures.h"

#include "lib/table/source_file.h"

using namespace postern;
using namespace postern::table;
using namespace postern::table::test;

namespace {

struct Read {
    std::vector<std::string> entries, warnings;
};

Read read(std::string_view content) {
    Read result;
    const EntryReader reader("f", true, "", [&result](const std::string& text) {
        result.warnings.push_back(text);
    });
    REQUIRE(reader.read(content, [&result](std::size_t line, KeyValue entry) {
        result.entries.push_back(std::to_string(line) + "|" + std::string(entry.key) + "|" +
                                 std::string(entry.value));
        return success();
    }));
    return result;
}

}  // namespace

TEST_CASE("lines that begin with a blank continue, comments and empty lines do not count",
          "[source]") {
    const auto result = read("# c\n\na b  \n\n  # in between\n\tc\nx\n y\n\n# end\nlast z");
    CHECK(result.entries == std::vector<std::string>{"3|a|b  \tc", "7|x|y", "11|last|z"});
    CHECK(result.warnings.empty());
}

TEST_CASE("a key may have blanks within quotes, or behind a backslash", "[source]") {
    const auto result = read("\"a b\" c\nx\"y z\" w\na\\ b c\n\"q\\\"q\" d\n\\\"k v\n");
    CHECK(result.entries == std::vector<std::string>{"1|\"a b\"|c", "2|x\"y z\"|w", "3|a\\ b|c",
                                                     "4|\"q\\\"q\"|d", "5|\\\"k|v"});
}

TEST_CASE("what is no entry is warned of with file and line", "[source]") {
    const auto result = read(" lead x\nlonely\nname: x\n\"open y\nbad\xff z\n");
    CHECK(result.entries == std::vector<std::string>{"3|name:|x"});
    CHECK(result.warnings ==
          std::vector<std::string>{
              "f: logical line must not start with whitespace: \" lead x\"",
              "f, line 2: expected format: key whitespace value",
              "f, line 3: record is in \"key: value\" format; is this an alias file?",
              "f, line 4: unbalanced '\"' in '\"open y' -- ignoring this line",
              "f, line 5: non-UTF-8 input \"bad? z\" -- ignoring this line"});
}
