#include "tools/smtp_source/content.h"

#include <catch2/catch.hpp>

#include <array>

namespace postern::smtp_source {

TEST_CASE("a payload has exactly the bytes that were asked for, in lines", "[smtp-source]") {
    for (const std::size_t length : {3u, 79u, 80u, 81u, 82u, 83u, 160u, 161u, 10000u}) {
        const std::string text = payload(length);
        CAPTURE(length);
        CHECK(text.size() == length);
        CHECK(text.ends_with("\r\n"));
        CHECK(text.find("\r\n\r\n") == std::string::npos);
    }
    CHECK(payload(0).empty());
}

TEST_CASE("a file goes over the line with CR LF and doubled dots", "[smtp-source]") {
    CHECK(as_sent("a\n.b\r\n..\nc") == "a\r\n..b\r\n...\r\nc\r\n");
    CHECK(as_sent("").empty());
}

TEST_CASE("recipients are numbered where there are several, or on demand", "[smtp-source]") {
    Options options;
    options.recipient = "foo@host";
    CHECK(recipient(options, 7) == "foo@host");
    options.recipients = 2;
    CHECK(recipient(options, 7) == "7foo@host");
}

TEST_CASE("a message has a header, unless it is an old one", "[smtp-source]") {
    Options options;
    options.sender = "a@b";
    options.recipient = "c@d";
    options.host = "h";
    options.subject = "s";
    options.length = 5;
    const auto now = from_unix(1000000000);
    CHECK(content_of(options, "", 1, now, 255) ==
          "From: <a@b>\r\nTo: <c@d>\r\nDate: " + mail_date(now) +
              "\r\nMessage-Id: <ff.3b9aca00.1@h>\r\nSubject: s\r\n\r\nXXX\r\n");
    options.is_old = true;
    CHECK(content_of(options, "", 1, now, 255) == "XXX\r\n");
}

TEST_CASE("options that exclude each other are refused", "[smtp-source]") {
    std::array words = {const_cast<char*>("smtp-source"), const_cast<char*>("-w"), const_cast<char*>("1"),
                        const_cast<char*>("-R"), const_cast<char*>("1"), const_cast<char*>("host")};
    CHECK(parse_options(static_cast<int>(words.size()), words.data()).error().text ==
          "do not use -w and -R together");
}

}  // namespace postern::smtp_source
