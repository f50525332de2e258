#include "tools/postcat/printer.h"

#include "tests/unit/collected_lines.h"
#include "tests/unit/queue/scratch_spool.h"

#include <cstdlib>

using namespace postern;
using namespace postern::postcat;
using postern::queue::message;
using postern::queue::rec;
using postern::queue::ScratchSpool;

namespace {

struct Printed {
    std::string output, said;
};

Printed print(const std::string& bytes, Options options) {
    ScratchSpool spool;
    spool.put("f", bytes);
    const auto file = open_file(spool.path("f"), O_RDONLY);
    CollectedLines lines;
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* output = open_memstream(&text, &size);
    Printer printer(options, file->get(), "f", output, lines.log());
    const auto done = printer.print();
    std::fclose(output);
    Printed printed{std::string(text, size), lines.text()};
    std::free(text);
    if (!done) printed.said += "! " + done.error().text;
    return printed;
}

const std::string mail = message(
    rec('A', "create_time=1795533810") + rec('S', "s@x") + rec('L', "filter:") +
        rec('W', "             -1") + rec('R', "r@x"),
    rec('N', "Subject: a") + rec('N', " b") + rec('N') + rec('L', "long ") + rec('N', "line"),
    rec('R', "r2@x"));

}  // namespace

// Each expected text is what Debian's postcat prints of the same bytes.
TEST_CASE("the parts of a message are shown as they were asked for", "[postcat]") {
    setenv("TZ", "UTC", 1);
    CHECK(print(mail, {.header = true}).output == "Subject: a\n b\n");
    CHECK(print(mail, {.body = true}).output == "\nlong line\n");
    CHECK(print(mail, {.body = true, .record_type = true}).output == " 78 \n 76 long  78 line\n");
    CHECK(print(mail, {.body = true, .verbosity = 1}).output ==
          "regular_text: \nunterminated_text: long \nregular_text: line\n");
    CHECK(
        print(mail, {.envelope = true}).output ==
        "*** ENVELOPE RECORDS f ***\n"
        "message_size:              31             178               0               0             "
        "  0"
        "               0\n"
        "message_arrival_time: Tue Nov 24 15:23:29 2026\ncreate_time: Tue Nov 24 15:23:30 2026\n"
        "sender: s@x\ncontent_filter: filter:\nwarning_message_time: Wed Dec 31 23:59:59 1969\n"
        "recipient: r@x\n*** MESSAGE CONTENTS f ***\n*** HEADER EXTRACTED f ***\nrecipient: r2@x\n"
        "*** MESSAGE FILE END f ***\n");
}

TEST_CASE("pointers are followed, and shown in file order only where both are asked for",
          "[postcat]") {
    const std::string file = rec('S', "s") + queue::pointer_record(30) + rec('R', "hidden") +
                             rec('E') + rec('R', "r") + rec('E');
    Options options{.envelope = true, .record_offset = true};
    CHECK(print(file, options).output ==
          "*** ENVELOPE RECORDS f ***\n        0 sender: s\n"
          "        3 recipient: r\n       33 *** MESSAGE FILE END f ***\n");
    options.verbosity = 1;
    CHECK(print(file, options).output.find("pointer_record:              30") != std::string::npos);
    CHECK(print(file, options).output.find("hidden") == std::string::npos);
    options.raw = true;
    CHECK(print(file, options).output.find("hidden") != std::string::npos);
}

TEST_CASE("what is no queue file is said so; damage ends with its offset", "[postcat]") {
    CHECK(print("hello\n", {.envelope = true}).said ==
          "warning: f: input is not a valid queue file\n");
    CHECK(print("hello\n", {.envelope = true}).output.empty());
    CHECK(print(rec('S', "s") + "R\x20x", {.envelope = true}).said ==
          "! f: file ends within a record at offset 3");
    CHECK(print(rec('S', "s") + rec('A', "nothing"), {.envelope = true}).said ==
          "warning: f: malformed attribute: nothing\n");
}
