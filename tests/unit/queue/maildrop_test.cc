#include "lib/queue/maildrop.h"

#include <catch2/catch.hpp>

#include <string>

using namespace postern::queue;

namespace {
std::string allowed(Section section) {
    std::string types;
    for (char c = '!'; c <= '~'; ++c) {
        if (is_allowed_in_maildrop(section, static_cast<RecordType>(c))) types += c;
    }
    return types;
}
}  // namespace

// What Debian's postdrop took when each type was given to it.
TEST_CASE("a submission has no records that only daemons write", "[queue]") {
    CHECK(allowed(Section::envelope) == "AFMRSVin");
    CHECK(allowed(Section::content) == "LNX");
    CHECK(allowed(Section::extracted) == "AER");
}

TEST_CASE("a submission cannot say who its client was", "[queue]") {
    CHECK(is_allowed_maildrop_attribute("notify_flags", "1"));
    CHECK_FALSE(is_allowed_maildrop_attribute("client_name", "1"));
    CHECK_FALSE(is_allowed_maildrop_attribute("sasl_username", "1"));
    CHECK_FALSE(is_allowed_maildrop_attribute("log_ident", "1"));
}

TEST_CASE("a user may ask for a report, and not pose as a probe of verify", "[queue][attack29]") {
    CHECK(is_allowed_maildrop_attribute("trace_flags", "512"));
    CHECK(is_allowed_maildrop_attribute("trace_flags", "1024"));
    CHECK_FALSE(is_allowed_maildrop_attribute("trace_flags", "256"));
    CHECK_FALSE(is_allowed_maildrop_attribute("trace_flags", "1280"));
}
