#include "tools/postqueue/show.h"

#include "tools/postqueue/listing_reader.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <utility>

using namespace postern;
using namespace postern::postqueue;

namespace {

/// A listing written with | for NUL, given in pieces of three bytes.
ListingReader reader_of(std::string text) {
    std::ranges::replace(text, '|', '\0');
    return ListingReader([text, at = std::size_t{0}]() mutable -> Result<std::string> {
        std::string piece = text.substr(std::min(at, text.size()), 3);
        at += 3;
        return piece;
    });
}

template <class Show>
std::string shown(const std::string& text, Show show) {
    setenv("TZ", "UTC", 1);
    ListingReader listing = reader_of(text);
    char* memory = nullptr;
    std::size_t size = 0;
    std::FILE* output = open_memstream(&memory, &size);
    const Result<void> done = show(listing, output);
    std::fclose(output);
    std::string result(memory, size);
    std::free(memory);
    return done ? result : result + "! " + done.error().text;
}

std::string as_text(const std::string& text, bool long_ids = false) {
    return shown(text, [=](ListingReader& r, std::FILE* f) { return show_text(r, long_ids, f); });
}
std::string as_json(const std::string& text) {
    return shown(text, show_json);
}

const std::string begin = "protocol|mail_queue_list_protocol||";

std::string head(const std::string& queue, const std::string& id, const std::string& expire = "0") {
    return "queue_name|" + queue + "|queue_id|" + id + "|time|1795533809|size|1023|forced_expire|" +
           expire + "|sender|s@x|";
}

}  // namespace

// Each expected text is what Debian's postqueue prints of the same bytes.
TEST_CASE("the listing has its columns and marks", "[postqueue]") {
    CHECK(as_text(begin + "|") == "Mail queue is empty\n");
    CHECK(as_text(begin + head("hold", "ABCDEF12345", "1") + "recipient|r@x|reason|why||" +
                  head("active", "ABCDE1") + "||") ==
          "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n"
          "ABCDEF12345!#    1023 Tue Nov 24 15:23:29  s@x\n"
          "                                                                         (why)\n"
          "                                         r@x\n\n"
          "ABCDE1*        1023 Tue Nov 24 15:23:29  s@x\n\n"
          "-- 1 Kbytes in 2 Requests.\n");
    CHECK(as_text(begin + head("deferred", "ABCDEF1234") + "||", true) ==
          "----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------\n"
          "ABCDEF1234            1023 Tue Nov 24 15:23:29 s@x\n\n"
          "-- 0 Kbytes in 1 Request.\n");
}

TEST_CASE("a reason stands once for recipients in a row", "[postqueue]") {
    const std::string text =
        as_text(begin + head("deferred", "ABCDEF1234") +
                "recipient|a|reason|x|recipient|b|reason|x|recipient|c|reason||||");
    CHECK(text.find("(x)\n" + std::string(41, ' ') + "a\n" + std::string(41, ' ') + "b\n") !=
          text.npos);
    CHECK(text.find("(reason unavailable)\n" + std::string(41, ' ') + "c\n") != text.npos);
}

TEST_CASE("JSON has one object a message, and nothing that breaks it", "[postqueue]") {
    CHECK(as_json(begin + "|").empty());
    CHECK(as_json(begin + head("hold", "ABCDEF1234", "1") +
                  "recipient||reason||recipient|a\"\\\x01/\xc3\xa9|reason|x\xff\n|"
                  "recipient|b|reason|gone|orig_address|c|bounced|1|||") ==
          "{\"queue_name\": \"hold\", \"queue_id\": \"ABCDEF1234\", \"arrival_time\": 1795533809, "
          "\"message_size\": 1023, \"forced_expire\": true, \"sender\": \"s@x\", \"recipients\": ["
          "{\"address\": \"\"}, {\"address\": \"a\\\"\\\\?/\xc3\xa9\", \"delay_reason\": \"x??\"}, "
          "{\"address\": \"b\", \"orig_address\": \"c\", \"bounce_reason\": \"gone\"}]}\n");
}

TEST_CASE("a listing that breaks off or is none is an error", "[postqueue]") {
    CHECK(as_text("") == "! malformed showq server response: unexpected end of input");
    CHECK(as_text(begin + head("hold", "ABCDEF1234") + "|").ends_with("unexpected end of input"));
    CHECK(as_json("foo|bar||").ends_with("\"foo\" instead of \"protocol\""));
    CHECK(as_json(begin + "queue_name|hold|size|1|").ends_with("\"size\" instead of \"queue_id\""));
    CHECK(as_json("protocol|other||").ends_with("another protocol"));
}
