// How much is logged, in the notation of smtpd_tls_loglevel and smtpd_tls_loglevel_maps; trace files.
#include "lib/table/registry.h"
#include "lib/tls/dane_digests.h"
#include "tests/unit/tls/lab.h"

#include <filesystem>
#include <unistd.h>

namespace postern::tls {

using test::Met;
using test::TlsLab;

namespace {

struct Levels {
    event::Loop loop;
    CollectedLines lines;
    table::Registry registry{TlsLab::config(""), {}};
    LogLevels levels;

    explicit Levels(const std::string& table, bool parents_match = false)
        : levels({1, false}, table::Maps({*registry.open(table)}), "smtp_tls_loglevel_maps", parents_match) {}
    int of(const std::string& name, const std::string& address) {
        return loop.run(levels.of(name, address, lines.log())).number;
    }
};

class OpenGate final : public TraceGate {
public:
    bool is_open = true;
    Task<bool> may_begin() override { co_return is_open; }
};

/// As a daemon stands in the queue directory.
class WorkingFolder {
public:
    explicit WorkingFolder(const std::string& path) : before_(std::filesystem::current_path()) {
        std::filesystem::current_path(path);
    }
    ~WorkingFolder() { std::filesystem::current_path(before_); }

private:
    const std::filesystem::path before_;
};

}  // namespace

TEST_CASE("a level is a number, perhaps with a trace", "[tls]") {
    CHECK(LogLevel::parse("2")->number == 2);
    CHECK_FALSE(LogLevel::parse("2")->traces);
    CHECK(LogLevel::parse("1,trace")->traces);
    CHECK(LogLevel::parse("1, TRACE")->number == 1);
    for (const char* bad : {"", "5", "x", "1,x", "1,"}) CHECK_FALSE(LogLevel::parse(bad));
}

TEST_CASE("the level of a peer is found by name, by its parents, by address, by its networks", "[tls]") {
    Levels levels("inline:{{mx.example=4}, {.example=3}, {192.0.2.1=2}, {192.0=0}, {quiet.example=DUNNO}, {2001:db8=3}}");
    CHECK(levels.of("mx.example", "192.0.2.1") == 4);
    CHECK(levels.of("a.b.example", "192.0.2.1") == 3);
    CHECK(levels.of("example", "192.0.2.1") == 2);
    CHECK(levels.of("", "192.0.2.1") == 2);
    CHECK(levels.of("", "192.0.9.9") == 0);
    CHECK(levels.of("quiet.example", "192.0.9.9") == 1);
    CHECK(levels.of("", "2001:db8::1") == 3);
    CHECK(levels.of("", "198.51.100.1") == 1);
}

TEST_CASE("parents are looked up without the dot where parent_domain_matches_subdomains says so", "[tls]") {
    Levels levels("inline:{{example=3}}", true);
    CHECK(levels.of("mx.example", "") == 3);
}

TEST_CASE("what is no level is said, and the usual one counts", "[tls]") {
    Levels levels("inline:{{mx.example=loud}}");
    CHECK(levels.of("mx.example", "") == 1);
    CHECK(levels.lines.text() == "warning: smtp_tls_loglevel_maps: \"loud\" is no TLS log level\n");
}

TEST_CASE("a traced handshake is in a file of its own, and its path in the log", "[tls]") {
    TlsLab lab;
    std::filesystem::create_directory(lab.folder.path("tlstrace"));
    const WorkingFolder spool(lab.folder.path());
    OpenGate gate;
    ServerSettings settings(TlsLab::config("smtpd_tls_chain_files = " + lab.chain_file({.name = "mx.example"}) + "\n"));
    const auto trace = [&](std::size_t limit) {
        settings.side.trace_size_limit = limit;
        auto server = Server::make(settings, {}, &lab.store, &gate);
        const auto client = lab.client();
        REQUIRE(Met(lab, **server, *client, TlsLab::policy(), 0, true).is_made());
        const auto folder = std::filesystem::directory_iterator("tlstrace");
        std::string text;
        for (const auto& file : folder) {
            CHECK(file.path().filename().string().find("-192.0.2.1-") != std::string::npos);
            text = *read_file(file.path().string());
            std::filesystem::remove(file.path());
        }
        return text;
    };
    const std::string whole = trace(102400);
    CHECK(whole.find("ClientHello") != std::string::npos);
    CHECK(whole.find("Finished") != std::string::npos);
    CHECK(lab.lines.text().find("client.example[192.0.2.1]: TLS trace in tlstrace/") != std::string::npos);
    const std::string cut = trace(100);
    CHECK(cut.size() < 200);
    CHECK(cut.find("size limit") != std::string::npos);
    CHECK(trace(0).empty());
    gate.is_open = false;
    CHECK(trace(102400).empty());
}

TEST_CASE("digests of TLSA records are named, the strongest first", "[tls]") {
    const auto digests = parse_dane_digests({"sha512=2", "SHA256"});
    REQUIRE(digests);
    CHECK(digests->at(0).matching_type == 2);
    CHECK(digests->at(0).size == 64);
    CHECK(digests->at(1).matching_type == 1);
    CHECK(parse_dane_digests({"sha3-256=9"})->at(0).matching_type == 9);
    CHECK(parse_dane_digests({"sha256=2"}).error().text == "tls_dane_digests: \"sha256=2\": not its number");
    CHECK_FALSE(parse_dane_digests({"sha3-256"}));
    CHECK_FALSE(parse_dane_digests({"bogus"}));
    CHECK_FALSE(parse_dane_digests({"sha256="}));
}

}  // namespace postern::tls
