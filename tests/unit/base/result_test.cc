#include "lib/base/result.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <memory>

using namespace postern;

namespace {

Result<std::string> greeting(bool is_there) {
    if (!is_there) return permanent("no greeting");
    return "hello";
}

}  // namespace

TEST_CASE("a result is a value or says why not", "[base]") {
    auto good = greeting(true);
    REQUIRE(good);
    CHECK(*good == "hello");
    CHECK(good->size() == 5);
    auto bad = greeting(false);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().is_permanent());
    CHECK(bad.value_or("nothing") == "nothing");
}

TEST_CASE("a result holds what cannot be copied", "[base]") {
    Result<std::unique_ptr<int>> made(std::make_unique<int>(3));
    const std::unique_ptr<int> taken = std::move(*made);
    CHECK(*taken == 3);
}

TEST_CASE("an optional result is found, not there, or could not tell", "[base]") {
    const Result<std::optional<std::string>> found("x"), absent(std::nullopt),
        unknown(temporary("down"));
    CHECK((found && *found));
    CHECK((absent && !*absent));
    CHECK_FALSE(unknown);
}

TEST_CASE("success has no value", "[base]") {
    CHECK(success());
    const Result<void> failed = temporary("disk full");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().text == "disk full");
}

TEST_CASE("a context goes before an error's text", "[base]") {
    const Error error = temporary("timeout").in("ldap:people");
    CHECK(error.text == "ldap:people: timeout");
    CHECK(error.code == Errc::temporary);
}

TEST_CASE("what will fail again is permanent, the rest may pass", "[base]") {
    for (int number : {ENOENT, EACCES, ENOTDIR, ELOOP})
        CHECK(system_error("open x", number).is_permanent());
    for (int number : {ENOSPC, EIO, EMFILE, ENOMEM, EDQUOT, EAGAIN})
        CHECK_FALSE(system_error("open x", number).is_permanent());
    errno = ENOSPC;
    CHECK(system_error("write x").text == "write x: No space left on device");
}
