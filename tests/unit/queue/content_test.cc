#include "lib/queue/content.h"

#include "tests/unit/queue/scratch_spool.h"

using namespace postern;
using namespace postern::queue;

namespace {

std::string filled(const ScratchSpool& spool, std::size_t size, std::string_view line_end) {
    auto file = open_file(spool.path("f"), O_RDONLY);
    ContentReader content(file->get(), "f", 0);
    std::string all;
    for (;;) {
        std::string block;
        auto more = content.fill(block, size, line_end);
        if (!more) return "! " + more.error().text;
        all += block;
        if (!*more) return all;
    }
}

}  // namespace

TEST_CASE("content is lines; pieces of a long one are joined", "[queue]") {
    ScratchSpool spool;
    spool.put("f", rec('N', "one") + rec('w', "pad") + rec('L', "tw") + rec('N', "o") + rec('N') +
                       rec('X'));
    for (std::size_t size : {1, 2, 5, 1000})
        CHECK(filled(spool, size, "\r\n") == "one\r\ntwo\r\n\r\n");
    CHECK(filled(spool, 10, "\n") == "one\ntwo\n\n");
}

TEST_CASE("a last line without end is given one, across blocks too", "[queue]") {
    ScratchSpool spool;
    spool.put("f", rec('N', "one") + rec('L', "two") + rec('X'));
    for (std::size_t size : {1, 7, 1000})
        CHECK(filled(spool, size, "\n") == "one\ntwo\n");
}

TEST_CASE("content that ends without its end, or holds an envelope record, is damage", "[queue]") {
    ScratchSpool spool;
    spool.put("f", rec('N', "one"));
    CHECK(filled(spool, 100, "\n") == "! f: file ends within the content at offset 5");
    spool.put("f", rec('N', "one") + rec('R', "r") + rec('X'));
    CHECK(filled(spool, 100, "\n") == "! f: record in the content that is not text at offset 5");
}

TEST_CASE("content can be read again from its beginning", "[queue]") {
    ScratchSpool spool;
    spool.put("f", rec('N', "one") + rec('X'));
    auto file = open_file(spool.path("f"), O_RDONLY);
    ContentReader content(file->get(), "f", 0);
    for (int i = 0; i < 2; ++i) {
        CHECK((*content.next())->text == "one");
        CHECK_FALSE(*content.next());
        CHECK_FALSE(*content.next());
        content.rewind();
    }
}
