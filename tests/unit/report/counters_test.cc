#include "lib/report/counters.h"

#include <catch2/catch.hpp>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstring>

using namespace postern;
using namespace postern::report;

TEST_CASE("what a child counts, master reads in the file", "[report]") {
    auto file = make_counter_file("smtpd");
    REQUIRE(file);
    auto child = Counters::of_file(Fd(::dup(file->get())));
    REQUIRE(child);
    child->add(Counter::mail_received);
    child->add(Counter::mail_received, 2);

    std::array<char, 24> head{};
    REQUIRE(*read_at(file->get(), head, 0, "counters") == head.size());
    CHECK(std::string_view(head.data(), 8) == "POSTERN1");
    std::uint32_t count = 0;
    std::memcpy(&count, head.data() + 8, sizeof count);
    CHECK(count == static_cast<std::uint32_t>(Counter::count_));
    std::uint64_t received = 0;
    const off_t place = 16 + 8 * static_cast<off_t>(Counter::mail_received);
    REQUIRE(read_at(file->get(), std::span(reinterpret_cast<char*>(&received), 8), place, "c"));
    CHECK(received == 3);
}

TEST_CASE("a child cannot shrink the file under its reader", "[report]") {
    auto file = make_counter_file("smtpd");
    CHECK(::ftruncate(file->get(), 0) != 0);
}

TEST_CASE("another file is not taken for counters", "[report]") {
    Fd small(::memfd_create("x", 0));
    CHECK_FALSE(Counters::of_file(std::move(small)));
    Fd other(::memfd_create("x", 0));
    REQUIRE(::ftruncate(other.get(), 4096) == 0);
    CHECK(Counters::of_file(std::move(other)).error().text == "counters: not a file of counters");
}

TEST_CASE("counters have names, and count without a file", "[report]") {
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(Counter::count_); ++i)
        CHECK_FALSE(counter_name(static_cast<Counter>(i)).empty());
    CHECK(counter_name(Counter::authentications_failed) == "authentications_failed");
    Counters counters;
    counters.add(Counter::authentications_failed);
    CHECK(counters.value(Counter::authentications_failed) == 1);
    CHECK(counters.value(Counter::mail_received) == 0);
}
