#include "lib/service/codec.h"

#include "lib/service/delivery.h"
#include "lib/service/frame.h"
#include "lib/service/master_link.h"
#include "lib/service/rewrite.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::service;

namespace {

struct Sample {
    std::string text;
    std::int64_t number = 0;
    bool flag = false;
    std::vector<std::string> list;
    std::optional<std::string> perhaps;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("text", self.text);
        visit("number", self.number);
        visit("flag", self.flag);
        visit("list", self.list);
        visit("perhaps", self.perhaps);
    }
};

struct Longer : Sample {
    std::string more;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        Sample::fields(self, visit);
        visit("more", self.more);
    }
};

}  // namespace

TEST_CASE("a message comes back as it was sent", "[service]") {
    Sample sample{"a\0b\n", -7, true, {"", "x", std::string(70000, 'y')}, "here"};
    const auto back = decode<Sample>(encode(sample));
    REQUIRE(back);
    CHECK(back->text == sample.text);
    CHECK(back->number == -7);
    CHECK(back->flag);
    CHECK(back->list == sample.list);
    CHECK(back->perhaps == "here");
}

TEST_CASE("an optional field without a value is left out", "[service]") {
    const auto back = decode<Sample>(encode(Sample{}));
    REQUIRE(back);
    CHECK_FALSE(back->perhaps);
}

TEST_CASE("a missing field is an error that names it", "[service]") {
    const auto back = decode<Longer>(encode(Sample{}));
    REQUIRE_FALSE(back);
    CHECK(back.error().text == "missing field \"more\"");
}

TEST_CASE("an unknown field is an error that names it", "[service]") {
    const auto back = decode<Sample>(encode(Longer{}));
    REQUIRE_FALSE(back);
    CHECK(back.error().text == "unknown field \"more\"");
}

TEST_CASE("a value of the wrong type is an error that names its field", "[service]") {
    std::string bytes;
    append_field_name(bytes, "addresses");
    append_value(bytes, 's', "not a list");
    const auto back = decode<Rewritten>(bytes);
    REQUIRE_FALSE(back);
    CHECK(back.error().text == "field \"addresses\" has a value of the wrong type");
}

TEST_CASE("a message cut short anywhere is an error, not a crash", "[service]") {
    DeliveryRequest request;
    request.recipients.resize(2);
    request.attributes.push_back({"client_name", "mx.example"});
    const std::string whole = encode(request);
    REQUIRE(decode<DeliveryRequest>(whole));
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_FALSE(decode<DeliveryRequest>(std::string_view(whole).substr(0, size)));
}

TEST_CASE("frames have a header of nine bytes", "[service]") {
    std::string bytes;
    append_frame(bytes, 0x01020304, FrameKind::content, "abc");
    REQUIRE(bytes.size() == frame_header_size + 3);
    const auto header = parse_frame_header(bytes);
    REQUIRE(header);
    CHECK(header->size == 3);
    CHECK(header->id == 0x01020304);
    CHECK(header->kind == FrameKind::content);
}

TEST_CASE("a frame that is too large or of no known kind is none", "[service]") {
    std::string bytes;
    append_frame(bytes, 1, FrameKind::content, "");
    bytes[8] = '?';
    CHECK_FALSE(parse_frame_header(bytes));
    bytes[8] = 'C';
    bytes[3] = '\x7f';
    CHECK_FALSE(parse_frame_header(bytes));
}

TEST_CASE("the packets between master and a child keep their numbers", "[service]") {
    const auto status = decode_status(encode_status({2000, 17, false, true}));
    REQUIRE(status);
    CHECK(status->takes == 2000);
    CHECK(status->in_use == 17);
    CHECK_FALSE(status->has_room);
    CHECK(status->is_retiring);
    const auto order = decode_order(encode_order({MasterOrder::limit, 5}));
    REQUIRE(order);
    CHECK(order->kind == MasterOrder::limit);
    CHECK(order->value == 5);
}
