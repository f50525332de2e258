#include "services/postlogd/log_file.h"

#include "lib/base/log_sink.h"
#include "tests/unit/base/temporary_folder.h"

#include <catch2/catch.hpp>
#include <unistd.h>

using namespace postern;
using postern::postlogd::LogFile;

namespace {

struct Own {
    std::vector<LogLine> lines;
    LogBook book{"postfix/postlogd"};
    Log log{book};
    Own() { book.add(std::make_unique<MemorySink>(lines)); }
};

/// A pipe stands for a disk that may be full.
struct Disk {
    Fd reader, writer;
    Disk() {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
        reader = Fd(ends[0]);
        writer = Fd(ends[1]);
    }
    std::string take() {
        std::string text(1 << 20, '\0');
        const ssize_t got = ::read(reader.get(), text.data(), text.size());
        text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
        return text;
    }
};

}  // namespace

TEST_CASE("lines are appended to the file", "[postlogd]") {
    const test::TemporaryFolder folder;
    Own own;
    LogFile file(*open_file(folder.path("log"), O_WRONLY | O_CREAT | O_APPEND, 0600),
                 folder.path("log"), own.log, seconds(10));
    file.write("a\n");
    file.write("b\n");
    CHECK(*read_file(folder.path("log")) == "a\nb\n");
    CHECK_FALSE(file.has_backlog());
}

TEST_CASE("what a full disk does not take is written later, whole and in order", "[postlogd]") {
    Own own;
    Disk disk;
    LogFile file(std::move(disk.writer), "/var/log/mail.log", own.log, seconds(10));
    std::string all, got;
    for (int i = 0; i < 3000; ++i) {
        const std::string line = fmt::format("{:05} {}\n", i, std::string(93, 'x'));
        all += line;
        file.write(line);
    }
    CHECK(file.has_backlog());
    REQUIRE(own.lines.size() == 1);   // once
    CHECK(own.lines[0].text.starts_with("write /var/log/mail.log: "));
    while (file.has_backlog()) {
        got += disk.take();
        file.write("");
    }
    got += disk.take();
    CHECK(got == all);
}

TEST_CASE("what is kept is bounded, and the loss is told", "[postlogd]") {
    Own own;
    Disk disk;
    LogFile file(std::move(disk.writer), "log", own.log, seconds(10));
    const std::string line = std::string(999, 'x') + "\n";
    for (int i = 0; i < 6000; ++i) file.write(line);
    std::size_t got = 0;
    while (file.has_backlog()) {
        got += disk.take().size();
        file.write("");
    }
    got += disk.take().size();
    CHECK(got % 1000 == 0);
    CHECK(own.lines.back().text ==
          fmt::format("log: {} lines were not written while it could not take them",
                      6000 - got / 1000));
}
