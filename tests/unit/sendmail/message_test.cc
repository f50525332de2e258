#include "tools/sendmail/message.h"
#include "tools/sendmail/options.h"

#include <catch2/catch.hpp>
#include <unistd.h>

using namespace postern;
using namespace postern::sendmail;

namespace {

Result<Options> parse(std::vector<std::string> words, std::string_view called = "sendmail") {
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    ::optind = 0;
    return parse_options(called, static_cast<int>(words.size()), pointers.data());
}

std::string shown(std::string_view records) {
    std::string text;
    queue::RecordParser parser(records);
    for (auto record = parser.next(); record && *record; record = parser.next())
        text.append(1, static_cast<char>((*record)->type)).append((*record)->data) += '|';
    return text;
}

std::string content_of(ContentRecords& content, std::vector<std::string> lines) {
    std::string records;
    for (const auto& line : lines)
        if (!content.add_line(line, records)) break;
    return shown(records);
}

}  // namespace

TEST_CASE("the name of the link chooses what is done", "[sendmail]") {
    CHECK(parse({"sendmail", "a"})->mode == Mode::submit);
    CHECK(parse({"mailq"}, "/usr/bin/mailq")->mode == Mode::list_queue);
    CHECK(parse({"newaliases"}, "newaliases")->mode == Mode::make_aliases);
}

TEST_CASE("options in their several spellings", "[sendmail]") {
    const auto options = parse({"sendmail", "-oem", "-oi", "-odb", "-fme@b.example", "-F", "My Name",
                                "-q15m", "-N", "never", "-R", "hdrs", "-XV+=", "-C", "/x/main.cf", "--", "-a"});
    REQUIRE(options);
    CHECK_FALSE(options->ends_at_dot);
    CHECK(options->sender == "me@b.example");
    CHECK(options->full_name == "My Name");
    CHECK(options->mode == Mode::submit);
    CHECK(options->notify.has(mail::Notify::never));
    CHECK(options->return_content == mail::ReturnContent::headers);
    CHECK(options->verp_delimiters == "+=");
    CHECK(options->config_directory == "/x");
    CHECK(options->arguments == std::vector<std::string>{"-a"});
    CHECK(parse({"sendmail", "-q"})->mode == Mode::flush_queue);
    CHECK(parse({"sendmail", "-qIABC"})->subject == "ABC");
    CHECK_FALSE(parse({"sendmail", "-qSx"}));
    CHECK(parse({"sendmail", "-q15m"})->mode == Mode::none);
    CHECK(parse({"sendmail", "-V", "-f", "me@b.example", "a"})->sender == "me@b.example");
    CHECK(parse({"sendmail", "-V", "-f", "me@b.example", "a"})->verp_delimiters == "");
    CHECK(parse({"sendmail", "-V", "id", "a"})->envelope_id == "id");
    CHECK_FALSE(parse({"sendmail", "-bz"}));
}

TEST_CASE("a mode that sends no mail takes no recipients", "[sendmail]") {
    CHECK(parse({"sendmail", "-q", "a"}).error().text == "flush queue mode requires no recipient");
    CHECK(parse({"mailq", "a"}, "mailq").error().text == "display queue mode requires no recipient");
    CHECK(parse({"sendmail", "-bi", "a"}).error().text ==
          "alias initialization mode requires no recipient");
    CHECK(parse({"sendmail", "-I", "-t"}).error().text == "-t can be used only in delivery mode");
}

TEST_CASE("a dot alone ends the message unless -i was given; a From line is no header", "[sendmail]") {
    ContentRecords ends{ContentRecords::Settings()};
    CHECK(content_of(ends, {"From me Tue", "A: b", "", "x\r", ".", "y"}) == "NA: b|N|Nx|");
    ContentRecords::Settings settings;
    settings.ends_at_dot = false;
    settings.line_endings = LineEndings::never;
    ContentRecords goes_on(settings);
    CHECK(content_of(goes_on, {"", "x\r", ".", "y"}) == "N|Nx\r|N.|Ny|");
}

TEST_CASE("a long line is sent in pieces", "[sendmail]") {
    ContentRecords::Settings settings;
    settings.line_length_limit = 4;
    ContentRecords content(settings);
    CHECK(content_of(content, {"abcdefghi", "abcd"}) == "Labcd|Lefgh|Ni|Nabcd|");
}

TEST_CASE("recipients come from the header, those of Resent fields before the others", "[sendmail]") {
    ContentRecords::Settings settings;
    settings.reads_recipients = true;
    ContentRecords plain(settings);
    content_of(plain, {"To: a@b.example,", " \"C D\" <c@d.example>", "Bcc: e", "Subject: To: x@y", "", "Cc: no@x"});
    CHECK(plain.recipients() == std::vector<std::string>{"a@b.example", "c@d.example", "e"});
    ContentRecords resent(settings);
    content_of(resent, {"To: a", "Resent-Cc: b", "Resent-Bcc: c"});
    CHECK(resent.recipients() == std::vector<std::string>{"b", "c"});
}

TEST_CASE("the envelope has what was asked for", "[sendmail]") {
    Options options;
    options.verbosity = 1;
    options.notify.bits = mail::Notify::success;
    CHECK(shown(envelope_records(options, {"me", "My Name"}, {"a"})) ==
          "Arewrite_context=local|FMy Name|Sme|Atrace_flags=1024|Anotify_flags=2|Ra|M|");
}
