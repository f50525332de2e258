#include "lib/base/log_sink.h"

#include "lib/base/log_frame.h"
#include "tests/unit/base/temporary_folder.h"

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

using namespace postern;
using postern::test::TemporaryFolder;

namespace {

/// Somebody who listens for datagrams.
class Receiver {
public:
    explicit Receiver(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        std::memcpy(name.sun_path, path.data(), path.size());
        ::unlink(path.c_str());
        REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
    }
    /// "" when there is none.
    std::string receive() {
        char buffer[65536];
        const ssize_t size = ::recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
        return size < 0 ? "" : std::string(buffer, static_cast<std::size_t>(size));
    }

private:
    Fd socket_;
};

std::vector<LogLine> lines(std::size_t count, std::size_t size = 10) {
    ::setenv("TZ", "UTC0", 1);
    return std::vector(count, LogLine{from_unix(1795532941), Severity::warning, "postfix/smtpd", 7,
                                      std::string(size, 'x')});
}

}  // namespace

TEST_CASE("syslog gets what syslog(3) sends, one datagram a line", "[base][log]") {
    const TemporaryFolder folder;
    Receiver receiver(folder.path("log"));
    SyslogSink sink(LOG_MAIL, folder.path("log"));
    CHECK(sink.write(lines(2), false) == 2);
    CHECK(receiver.receive() == "<20>Nov 24 15:09:01 postfix/smtpd[7]: warning: xxxxxxxxxx");
    CHECK_FALSE(receiver.receive().empty());
    CHECK(receiver.receive().empty());
}

TEST_CASE("a syslog daemon that was restarted is found again", "[base][log]") {
    const TemporaryFolder folder;
    auto receiver = std::make_unique<Receiver>(folder.path("log"));
    SyslogSink sink(LOG_MAIL, folder.path("log"));
    receiver = std::make_unique<Receiver>(folder.path("log"));
    CHECK(sink.write(lines(1), false) == 1);
    CHECK_FALSE(receiver->receive().empty());
}

TEST_CASE("without a syslog daemon lines are lost, not gathered", "[base][log]") {
    const TemporaryFolder folder;
    SyslogSink sink(LOG_MAIL, folder.path("log"));
    CHECK(sink.write(lines(3), false) == 3);
}

TEST_CASE("a full queue of a syslog daemon keeps the rest for later", "[base][log]") {
    const TemporaryFolder folder;
    Receiver receiver(folder.path("log"));
    SyslogSink sink(LOG_MAIL, folder.path("log"));
    const auto many = lines(20000, 100);
    const std::size_t taken = sink.write(many, false);
    CHECK(taken < many.size());
    CHECK(taken > 0);
    std::size_t received = 0;
    while (!receiver.receive().empty()) ++received;
    CHECK(received == taken);
    CHECK(sink.write(std::span(many).first(1), false) == 1);
}

TEST_CASE("postlogd gets many lines in a datagram", "[base][log]") {
    const TemporaryFolder folder;
    Receiver receiver(folder.path("postlog"));
    PostlogSink sink(folder.path("postlog"), nullptr);
    CHECK(sink.write(lines(100), false) == 100);
    const std::string datagram = receiver.receive();
    CHECK(datagram.size() <= log_frame_limit);
    CHECK(read_log_frame(datagram, from_unix(1795532941)).size() == 100);
    CHECK(receiver.receive().empty());
}

TEST_CASE("without postlogd lines go where they go otherwise", "[base][log]") {
    const TemporaryFolder folder;
    std::vector<LogLine> elsewhere;
    PostlogSink sink(folder.path("postlog"), std::make_unique<MemorySink>(elsewhere));
    CHECK_FALSE(sink.is_connected());
    CHECK(sink.write(lines(3), false) == 3);
    CHECK(elsewhere.size() == 3);
    Receiver receiver(folder.path("postlog"));   // and to postlogd when it comes
    CHECK(sink.write(lines(3), false) == 3);
    CHECK(elsewhere.size() == 3);
    CHECK_FALSE(receiver.receive().empty());
}

TEST_CASE("a file has the time, the host, the tag and the line", "[base][log]") {
    const TemporaryFolder folder;
    FileSink sink(*open_file(folder.path("log"), O_WRONLY | O_CREAT | O_APPEND, 0600), "mx");
    CHECK(sink.write(lines(1), false) == 1);
    CHECK(*read_file(folder.path("log")) ==
          "Nov 24 15:09:01 mx postfix/smtpd[7]: warning: xxxxxxxxxx\n");
}

TEST_CASE("facilities go by the names of syslog.conf", "[base][log]") {
    CHECK(syslog_facility_number("mail") == LOG_MAIL);
    CHECK(syslog_facility_number("local7") == LOG_LOCAL7);
    CHECK_FALSE(syslog_facility_number("post"));
}
