#include "lib/queue/envelope_reader.h"

#include "tests/unit/queue/scratch_spool.h"

#include <fmt/format.h>

using namespace postern;
using namespace postern::queue;

namespace {

const std::string text = rec('N', "Subject: x") + rec('N') + rec('N', "hello");

struct Opened {
    explicit Opened(const ScratchSpool& spool) : file(*open_file(spool.path("f"), O_RDONLY)) {}
    Fd file;
    EnvelopeReader reader{file.get(), "f"};
};

std::string failure(ScratchSpool& spool, std::string_view bytes) {
    spool.put("f", bytes);
    auto envelope = Opened(spool).reader.read();
    return envelope ? "" : envelope.error().text;
}

std::string addresses(Result<std::vector<Recipient>> list) {
    REQUIRE(list);
    std::string text;
    for (const Recipient& recipient : *list)
        text += recipient.address + " ";
    return text;
}

}  // namespace

TEST_CASE("an envelope has what stands before the content and what was extracted", "[queue]") {
    ScratchSpool spool;
    spool.put("f", message(rec('A', "create_time=1795533810") + rec('A', "rewrite_context=remote") +
                               rec('A', "envelope_id=abc+2B") + rec('A', "ret_flags=2") +
                               rec('F', "Full Name") + rec('S', "s@xian.com") + rec('V', "+=") +
                               rec('L', "smtp:filter") + rec('>', "redirect@xian.com") +
                               rec('W', "     1795537409") + rec('A', "encoding=7bit") +
                               rec('A', "notify_flags=10") + rec('A', "dsn_orig_rcpt=rfc822;o@x") +
                               rec('O', "o@x") + rec('R', "r1@x") + rec('R', "r2@x"),
                           text,
                           rec('r', "receipt@x") + rec('e', "errors@x") +
                               rec('A', "encoding=8bit") + rec('O', "o3@x") + rec('R', "r3@x")));
    Opened opened(spool);
    const auto envelope = opened.reader.read(10);
    REQUIRE(envelope);
    CHECK(envelope->arrival == noon);
    CHECK(envelope->created == from_unix(1'795'533'810));
    CHECK(envelope->sender == "s@xian.com");
    CHECK(envelope->full_name == "Full Name");
    CHECK(envelope->content_filter == "smtp:filter");
    CHECK(envelope->redirect == "redirect@xian.com");
    CHECK(envelope->verp_delimiters == "+=");
    CHECK(envelope->warn_time == from_unix(1'795'537'409));
    CHECK(envelope->errors_to == "errors@x");
    CHECK(envelope->return_receipt == "receipt@x");
    CHECK(envelope->rewrite_context() == "remote");
    CHECK(envelope->encoding() == "8bit");
    CHECK(envelope->dsn_envelope_id() == "abc+2B");
    CHECK(envelope->dsn_return() == mail::ReturnContent::headers);
    CHECK(envelope->sizes.data_size == static_cast<std::int64_t>(text.size()));

    const auto recipients = opened.reader.recipients(10);
    REQUIRE(recipients->size() == 3);
    CHECK((*recipients)[0].address == "r1@x");
    CHECK((*recipients)[0].original == "o@x");
    CHECK((*recipients)[0].dsn_orcpt == "rfc822;o@x");
    CHECK((*recipients)[0].notify.bits == 10);
    CHECK((*recipients)[1].original.empty());
    CHECK((*recipients)[1].notify.bits == 0);
    CHECK((*recipients)[2].original == "o3@x");
    CHECK(spool.get("f")[static_cast<std::size_t>((*recipients)[2].offset)] == 'R');
    CHECK(opened.reader.at_end());
}

TEST_CASE("recipients come in pieces, over the content, without those that are done", "[queue]") {
    ScratchSpool spool;
    std::string first, second;
    for (int i = 0; i < 500; ++i)
        first += rec(i % 2 ? 'D' : 'R', fmt::format("a{}", i));
    for (int i = 0; i < 5; ++i)
        second += rec(i == 2 ? '/' : 'R', fmt::format("b{}", i));
    spool.put("f", message(rec('S', "s"), text, second));
    spool.put("f", message(rec('S', "s") + first, text, second));

    for (std::size_t kept : {0, 1, 3, 249, 250, 253, 254, 1000}) {
        Opened opened(spool);
        const auto envelope = opened.reader.read(kept);
        REQUIRE(envelope);
        CHECK(addresses(opened.reader.recipients(3)) == "a0 a2 a4 ");
        // Another process goes on from there.
        Opened other(spool);
        if (kept == 0) {
            other.reader.resume(opened.reader.position(), envelope->sizes);
            CHECK(addresses(other.reader.recipients(2)) == "a6 a8 ");
        }
        CHECK(opened.reader.recipients(247)->size() == 247);
        CHECK_FALSE(opened.reader.at_end());
        CHECK(addresses(opened.reader.recipients(100)) == "b0 b1 b3 b4 ");
        CHECK(opened.reader.at_end());
        CHECK(addresses(opened.reader.recipients(100)).empty());
    }
}

TEST_CASE("a recipient that a milter added is found through pointer records", "[queue]") {
    ScratchSpool spool;
    const std::string plain = message(rec('S', "s") + rec('R', "r1") + pointer_record(0), text);
    const std::size_t pointer_at = plain.find("r1") + 2;
    std::string edited =
        plain + rec('R', "added") + pointer_record(static_cast<off_t>(pointer_at + 17));
    edited.replace(pointer_at, 17, pointer_record(static_cast<off_t>(plain.size())));
    spool.put("f", edited);
    Opened opened(spool);
    REQUIRE(opened.reader.read());
    CHECK(addresses(opened.reader.recipients(10)) == "r1 added ");
}

TEST_CASE("a file without sizes, as in maildrop, is read through its content", "[queue]") {
    ScratchSpool spool;
    spool.put("f", rec('T', "1795533809") + rec('S', "") + rec('R', "r1") + rec('M') + text +
                       rec('X') + rec('R', "r2") + rec('E'));
    Opened opened(spool);
    const auto envelope = opened.reader.read();
    REQUIRE(envelope);
    CHECK(envelope->sender.empty());
    CHECK(addresses(opened.reader.recipients(10)) == "r1 r2 ");
}

TEST_CASE("a damaged envelope is an error that names file and offset", "[queue]") {
    ScratchSpool spool;
    CHECK(failure(spool, "") == "f: no end record at offset 0");
    CHECK(failure(spool, message(rec('R', "r"), text)).starts_with("f: no sender record"));
    CHECK(failure(spool, rec('S', "s") + rec('E')).starts_with("f: no arrival time record"));
    CHECK(failure(spool, rec('T', "yesterday") + rec('E')) ==
          "f: bad time \"yesterday\" at offset 0");
    CHECK(failure(spool, message(rec('S', "s") + rec('N', "x"), text)) ==
          "f: record type 78 in the envelope at offset 119");
    std::string cut = message(rec('S', "s"), text);
    CHECK(failure(spool, cut.substr(0, cut.size() - 2)).starts_with("f: no end record"));
    CHECK(failure(spool, cut.substr(0, cut.size() - 8)).starts_with("f: file ends within"));
    std::string loop = message(rec('S', "s"), text, pointer_record(97));
    CHECK(failure(spool, loop).starts_with("f: the content begins a second time"));
}
