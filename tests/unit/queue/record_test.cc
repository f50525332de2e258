#include "tests/unit/queue/scratch_spool.h"

using namespace postern;
using namespace postern::queue;

namespace {

/// Types and data of all records, "N:text;..." , read in pieces of `buffer_size`.
std::string listed(const ScratchSpool& spool, std::size_t buffer_size, bool in_order) {
    auto file = open_file(spool.path("f"), O_RDONLY);
    RecordReader reader(file->get(), "f", buffer_size);
    std::string list;
    for (;;) {
        auto record = in_order ? reader.next_in_order() : reader.next();
        if (!record) return list + "! " + record.error().text;
        if (!*record) return list;
        list += static_cast<char>((*record)->type);
        list += ':' + std::string((*record)->data.substr(0, 20)) + ';';
    }
}

}  // namespace

TEST_CASE("the length of a record is in base 128, least significant first", "[queue]") {
    CHECK(rec('N', "foo") == std::string("N\x03"
                                         "foo"));
    CHECK(rec('N').size() == 2);
    CHECK(rec('N', std::string(127, 'x')).substr(0, 2) == "N\x7f");
    CHECK(rec('N', std::string(128, 'x')).substr(0, 3) == "N\x80\x01");
    CHECK(rec('N', std::string(20000, 'x')).substr(0, 4) == "N\xa0\x9c\x01");
}

TEST_CASE("records are the same from memory and from a file with any buffer", "[queue]") {
    ScratchSpool spool;
    spool.put("f", rec('S', "a@b") + rec('N', std::string(300, 'y')) + rec('M') + rec('R', "c@d"));
    const std::string expected = "S:a@b;N:" + std::string(20, 'y') + ";M:;R:c@d;";
    for (std::size_t size : {1, 2, 3, 7, 64, 4096})
        CHECK(listed(spool, size, false) == expected);

    const std::string bytes = spool.get("f");
    RecordParser parser(std::string_view(bytes).substr(0, bytes.size() - 1));
    for (char type : {'S', 'N', 'M'})
        CHECK(static_cast<char>((*parser.next())->type) == type);
    CHECK_FALSE(*parser.next());
    CHECK(parser.rest() == rec('R', "c@d").substr(0, 4));
}

TEST_CASE("pointer records lead on; a loop of them is damage", "[queue]") {
    ScratchSpool spool;
    // 0 S(3) 5 p->30  22 N(6)  30 R(3)
    spool.put("f", rec('S', "abc") + pointer_record(30) + rec('N', "hidden") + rec('R', "def"));
    CHECK(listed(spool, 4096, true) == "S:abc;R:def;");
    spool.put("f", rec('S', "abc") + pointer_record(0) + rec('N', "seen"));
    CHECK(listed(spool, 4096, true) == "S:abc;N:seen;");
    spool.put("f", pointer_record(17) + pointer_record(0) + pointer_record(17));
    CHECK(listed(spool, 8, true).starts_with("! f: pointer records form a loop"));
    spool.put("f", rec('p', "elsewhere"));
    CHECK(listed(spool, 8, true) == "! f: bad pointer \"elsewhere\" at offset 0");
}

TEST_CASE("damage names the file and the offset", "[queue]") {
    ScratchSpool spool;
    spool.put("f", rec('S', "abc") + "N\x20short");
    CHECK(listed(spool, 4096, false) == "S:abc;! f: file ends within a record at offset 5");
    spool.put("f", rec('S', "abc") + "N");
    CHECK(listed(spool, 4096, false) == "S:abc;! f: file ends within a record at offset 5");
    spool.put("f", "N\xff\xff\xff\xff\x7fxxxxxxxx");
    CHECK(listed(spool, 4096, false) == "! f: record too long at offset 0");
    spool.put("f", "N\x80\x80\x80\x80\x80\x80\x01xxx");
    CHECK(listed(spool, 4096, false) == "! f: bad record length at offset 0");
}

TEST_CASE("the size record has six numbers of width 15", "[queue]") {
    MessageSizes sizes;
    sizes.data_size = 283;
    sizes.data_offset = 350;
    sizes.recipient_count = 2;
    sizes.content_length = 280;
    sizes.smtputf8 = 1;
    CHECK(sizes.text() ==
          "            283             350               2               0"
          "             280               1");
    CHECK(rec('C', sizes.text()).size() == size_record_size);
    CHECK(MessageSizes::parse(sizes.text())->content_length == 280);
    CHECK(MessageSizes::parse("283 350")->content_length == 283);
    CHECK_FALSE(MessageSizes::parse(""));
    CHECK_FALSE(MessageSizes::parse("12 x"));
    CHECK_FALSE(MessageSizes::parse("1 2 3 4 5 6 7"));
}

TEST_CASE("attributes are split at the first equals sign", "[queue]") {
    CHECK(attribute_of("a=b=c").name == "a");
    CHECK(attribute_of("a=b=c").value == "b=c");
    CHECK(attribute_of("alone").name == "alone");
    CHECK(attribute_of("alone").value.empty());
}
