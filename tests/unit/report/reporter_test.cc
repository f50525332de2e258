#include "lib/report/reporter.h"

#include "lib/base/log_sink.h"
#include "lib/report/message_events.h"
#include "lib/report/session_numbers.h"
#include "lib/report/smtpd_events.h"
#include "tests/unit/base/fake_clock.h"

#include <catch2/catch.hpp>

#include <unistd.h>

using namespace postern;
using namespace postern::report;

namespace {

class MemoryRecords final : public RecordSink {
public:
    void write(std::string_view record) override { records.emplace_back(record); }
    std::vector<std::string> records;
};

}  // namespace

TEST_CASE("an event becomes a line, a record and a count", "[report]") {
    const test::FakeClock clock;
    std::vector<LogLine> lines;
    LogBook book("postfix/smtpd", clock);
    book.add(std::make_unique<MemorySink>(lines));
    const Wording wording;
    Counters counters;
    MemoryRecords records;
    const Reporter reporter(Log(book), wording, counters, &records);

    const Reporter session = reporter.numbered(8388615);
    session.report(ClientConnected{{"mail.example", "192.0.2.1"}});
    session.report(AuthenticationFailed{{"mail.example", "192.0.2.1"}, "PLAIN", "no", ""});
    reporter.report(MessageRemoved{"3F1"});
    book.flush();

    REQUIRE(lines.size() == 3);
    CHECK(lines[0].tagged_text() == "postfix/smtpd[8388615]: connect from mail.example[192.0.2.1]");
    CHECK(lines[1].tagged_text() ==
          "postfix/smtpd[8388615]: warning: mail.example[192.0.2.1]: SASL PLAIN authentication "
          "failed: no");
    CHECK(records.records[0].starts_with(
        fmt::format(R"({{"time":"2026-11-24T15:09:01.000000Z","program":"postfix/smtpd","pid":{},)"
                    R"("session":8388615,"event":"client_connected")", ::getpid())));
    CHECK(records.records[2].ends_with(
        fmt::format(R"("pid":{},"event":"message_removed","queue_id":"3F1"}})", ::getpid())));
    CHECK(counters.value(Counter::clients_connected) == 1);
    CHECK(counters.value(Counter::authentications_failed) == 1);
    CHECK(counters.value(Counter::messages_removed) == 1);
}

TEST_CASE("a session's number is above every process id and unlike the others", "[report]") {
    SessionNumbers one(4711), other(4712);
    CHECK(one.next() == 4194304 + 4711);
    CHECK(one.next() == 2 * 4194304 + 4711);
    CHECK(other.next() == 4194304 + 4712);
}
