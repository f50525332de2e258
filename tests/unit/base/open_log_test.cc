#include "lib/base/open_log.h"

#include "tests/unit/base/temporary_folder.h"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace postern;
using postern::test::TemporaryFolder;

namespace {

class Variable {
public:
    Variable(const char* name, const std::string& value) : name_(name) {
        ::setenv(name, value.c_str(), 1);
    }
    ~Variable() { ::unsetenv(name_); }

private:
    const char* name_;
};

LogSettings logging_to(const TemporaryFolder& folder, const std::string& file) {
    LogSettings settings;
    settings.maillog_file = file;
    settings.maillog_file_prefixes = {folder.path(), "/dev/stdout"};
    settings.queue_directory = folder.path();
    return settings;
}

mode_t mode_of(const std::string& path) { return (*status_of_path(path))->st_mode & 07777; }

const LogLine line{from_unix(0), Severity::info, "postfix/postsuper", 7, "text"};

}  // namespace

TEST_CASE("the log file is named below one of maillog_file_prefixes", "[base][log]") {
    const TemporaryFolder folder;
    const auto refused = open_log(logging_to(folder, "/etc/passwd"), LogRole::daemon);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text == "maillog_file value \"/etc/passwd\" does not begin with any of "
                                  "maillog_file_prefixes: " + folder.path() + ", /dev/stdout");
    CHECK_FALSE(open_maillog_file(logging_to(folder, "/etc/passwd")));
}

TEST_CASE("the log file is made with maillog_file_permissions, and kept as it is", "[base][log]") {
    const TemporaryFolder folder;
    LogSettings settings = logging_to(folder, folder.path("log"));
    settings.maillog_file_permissions = "640";
    REQUIRE(open_maillog_file(settings));
    CHECK(mode_of(folder.path("log")) == 0640);
    settings.maillog_file_permissions = "0644";
    REQUIRE(open_maillog_file(settings));
    CHECK(mode_of(folder.path("log")) == 0640);
    settings.maillog_file_permissions = "0666";
    settings.maillog_file = folder.path("other");
    CHECK(open_maillog_file(settings).error().text ==
          "maillog_file_permissions value \"0666\": give 0600, 0640 or 0644");
}

TEST_CASE("a new facility must be known", "[base][log]") {
    LogSettings settings;
    settings.syslog_facility = "post";
    CHECK(open_log(settings, LogRole::daemon).error().text ==
          "syslog_facility value \"post\": unknown syslog facility");
}

TEST_CASE("administration commands write the file while postlogd is away", "[base][log]") {
    const TemporaryFolder folder;
    auto sink = open_log(logging_to(folder, folder.path("log")), LogRole::administration);
    REQUIRE(sink);
    CHECK((*sink)->write(std::span(&line, 1), true) == 1);
    CHECK(read_file(folder.path("log"))->ends_with(" postfix/postsuper[7]: text\n"));
}

TEST_CASE("other commands never write the file", "[base][log]") {
    const TemporaryFolder folder;
    for (LogRole role : {LogRole::command, LogRole::daemon, LogRole::log_server}) {
        auto sink = open_log(logging_to(folder, folder.path("log")), role);
        REQUIRE(sink);
        std::ignore = (*sink)->write(std::span(&line, 1), true);   // to the machine's syslog, if any
        CHECK_FALSE(*status_of_path(folder.path("log")));
    }
}

TEST_CASE("postlogd's socket is found by a daemon from the queue directory", "[base][log]") {
    LogSettings settings;
    settings.queue_directory = "/var/spool/postfix";
    CHECK(postlog_socket(settings, LogRole::daemon) == "public/postlog");
    CHECK(postlog_socket(settings, LogRole::command) == "/var/spool/postfix/public/postlog");
    const Variable given("POSTLOG_SERVICE", "/var/spool/postfix/public/otherlog");
    CHECK(postlog_socket(settings, LogRole::daemon) == "public/otherlog");
    CHECK(postlog_socket(settings, LogRole::command) == "/var/spool/postfix/public/otherlog");
}

TEST_CASE("the host of a line is the first label of POSTLOG_HOSTNAME, or of myhostname", "[base][log]") {
    LogSettings settings;
    CHECK(log_host(settings).find('.') == std::string::npos);
    settings.myhostname = "mx0.example.com";
    CHECK(log_host(settings) == "mx0");
    const Variable given("POSTLOG_HOSTNAME", "mx1.example.com");
    CHECK(log_host(settings) == "mx1");
}

TEST_CASE("a tag is syslog_name and the program", "[base][log]") {
    LogSettings settings;
    settings.syslog_name = "postfix/submission";
    CHECK(log_tag(settings, "smtpd") == "postfix/submission/smtpd");
    CHECK(early_log_tag("smtpd") == "postfix/smtpd");
    const Variable given("MAIL_LOGTAG", "postfix-out");
    CHECK(early_log_tag("smtpd") == "postfix-out/smtpd");
}
