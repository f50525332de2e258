#include "lib/service/start_options.h"

#include <catch2/catch.hpp>
#include <unistd.h>

using namespace postern;
using postern::service::parse_start_options;

namespace {

Result<service::StartOptions> parse(std::vector<std::string> words) {
    words.insert(words.begin(), "smtpd");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::optind = 0;   // begins anew
    return parse_start_options(static_cast<int>(words.size()), arguments.data());
}

}  // namespace

TEST_CASE("a daemon learns from its command line what it is to serve", "[service]") {
    const auto options = parse({"-n", "smtp", "-t", "inet", "-s", "2", "-L", "100", "-c", "-u", "-l", "-v",
                                "-v", "-D", "-o", "stress=yes", "-o", " smtpd_timeout = 5s ", "flags=DR"});
    REQUIRE(options);
    CHECK(options->service_name == "smtp");
    CHECK(options->service_type == "inet");
    CHECK(options->sockets == 2);
    CHECK(options->share == 100);
    CHECK((options->chroot && options->unprivileged && options->is_alone && options->is_debugged));
    CHECK(options->verbosity == 2);
    REQUIRE(options->overrides.size() == 2);
    CHECK(options->overrides[1].name == "smtpd_timeout");
    CHECK(options->overrides[1].value == "5s");
    CHECK(options->arguments == std::vector<std::string>{"flags=DR"});
}

TEST_CASE("without options a daemon is one of a service without a limit", "[service]") {
    const auto options = parse({});
    REQUIRE(options);
    CHECK(options->share == service::no_limit);
    CHECK(options->service_type == "unix");
    CHECK_FALSE((options->chroot || options->unprivileged || options->is_alone || options->is_debugged));
}

TEST_CASE("what is no option of a daemon is named", "[service]") {
    CHECK(parse({"-o", "novalue"}).error().text.starts_with("bad option -o: missing '='"));
    CHECK(parse({"-x"}).error().text == "unknown option; a daemon is started by master(8)");
}
